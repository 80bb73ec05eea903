"""Requests to other sites: rows, written with what they tell of and sent by the worker."""
