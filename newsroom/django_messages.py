"""Messages of Django itself that our catalog says in its own words.

Its Arabic says of a change that something was added, names the account by the word for a crew, ignores gender and
number, and writes its quotation marks in two ways. Named here, a message belongs to our catalog like one of our own;
those of its scripts are in the file of the same name beside this one.
"""

from django.utils.translation import gettext_noop, ngettext_lazy

# Forms
gettext_noop("Enter a valid integer.")
gettext_noop("Enter a whole number.")
gettext_noop("Enter a number.")
gettext_noop("Enter a valid date.")
gettext_noop("Enter a valid time.")
gettext_noop("Enter a valid date/time.")
gettext_noop("This field cannot be null.")
gettext_noop("This field cannot be blank.")
gettext_noop("No file was submitted.")
gettext_noop("Value %(value)r is not a valid choice.")
gettext_noop("Select a valid choice. %(value)s is not one of the available choices.")
gettext_noop("Select a valid choice. That choice is not one of the available choices.")
gettext_noop("%(model_name)s with this %(field_label)s already exists.")
gettext_noop("%(model_name)s with this %(field_labels)s already exists.")
ngettext_lazy(
    "Ensure this value has at least %(limit_value)d character (it has %(show_value)d).",
    "Ensure this value has at least %(limit_value)d characters (it has %(show_value)d).",
    "n",
)
ngettext_lazy(
    "Ensure this value has at most %(limit_value)d character (it has %(show_value)d).",
    "Ensure this value has at most %(limit_value)d characters (it has %(show_value)d).",
    "n",
)
gettext_noop("File extension “%(extension)s” is not allowed. Allowed extensions are: %(allowed_extensions)s.")
gettext_noop("Currently")

# The admin
gettext_noop("Welcome,")
gettext_noop("Toggle theme (current theme: auto)")
gettext_noop("Toggle theme (current theme: light)")
gettext_noop("Toggle theme (current theme: dark)")
gettext_noop("All")
gettext_noop("Add %(name)s")
gettext_noop("Add another %(verbose_name)s")
gettext_noop("Add another %(model)s")
gettext_noop("Delete selected %(verbose_name_plural)s")
gettext_noop("Delete selected %(model)s")
gettext_noop("Successfully deleted %(count)d %(items)s.")
ngettext_lazy("%(total_count)s selected", "All %(total_count)s selected", "n")
gettext_noop("0 of %(cnt)s selected")
ngettext_lazy(
    "%(count)s %(name)s was changed successfully.", "%(count)s %(name)s were changed successfully.", "n"
)
gettext_noop("Added {name} “{object}”.")
gettext_noop("Added.")
gettext_noop("Changed {fields} for {name} “{object}”.")
gettext_noop("Changed {fields}.")
gettext_noop("Deleted {name} “{object}”.")
gettext_noop("No fields changed.")
gettext_noop("Added:")
gettext_noop("Changed:")
gettext_noop("Deleted:")
gettext_noop("Currently:")
gettext_noop("Hold down “Control”, or “Command” on a Mac, to select more than one.")
gettext_noop("The {name} “{obj}” was added successfully.")
gettext_noop("The {name} “{obj}” was added successfully. You may add another {name} below.")
gettext_noop("You may edit it again below.")
gettext_noop("The %(name)s “%(obj)s” was deleted successfully.")
gettext_noop("%(name)s with ID “%(key)s” doesn’t exist. Perhaps it was deleted?")
gettext_noop(
    "Deleting %(class_name)s %(instance)s would require deleting the following protected related"
    " objects: %(related_objects)s"
)
gettext_noop(
    "Deleting the %(object_name)s '%(escaped_object)s' would require deleting the following"
    " protected related objects:"
)
gettext_noop(
    'Are you sure you want to delete the %(object_name)s "%(escaped_object)s"? All of the following'
    " related items will be deleted:"
)
gettext_noop(
    "Are you sure you want to delete the selected %(objects_name)s? All of the following objects"
    " and their related items will be deleted:"
)
gettext_noop("After you’ve created a user, you’ll be able to edit more user options.")
gettext_noop("Log in again")
gettext_noop("The {name} “{obj}” was changed successfully.")
gettext_noop("The {name} “{obj}” was changed successfully. You may edit it again below.")
gettext_noop("The {name} “{obj}” was changed successfully. You may add another {name} below.")
gettext_noop(
    "Please enter the correct %(username)s and password for a staff account. Note that both fields"
    " may be case-sensitive."
)

# Accounts
gettext_noop("Password-based authentication")
gettext_noop("Password changed successfully.")
gettext_noop("Designates that this user has all permissions without explicitly assigning them.")
gettext_noop(
    "Designates whether this user should be treated as active. Unselect this instead of deleting accounts."
)
gettext_noop("Required. 150 characters or fewer. Letters, digits and @/./+/-/_ only.")
gettext_noop("A user with that username already exists.")
gettext_noop(
    "Enter a valid username. This value may contain only letters, numbers, and @/./+/-/_ characters."
)
ngettext_lazy(
    "This password is too short. It must contain at least %d character.",
    "This password is too short. It must contain at least %d characters.",
    "n",
)
ngettext_lazy(
    "Your password must contain at least %(min_length)d character.",
    "Your password must contain at least %(min_length)d characters.",
    "n",
)
gettext_noop("The password is too similar to the %(verbose_name)s.")
gettext_noop("This password is too common.")

# Accounts
gettext_noop("Enabled")
gettext_noop("Disabled")
gettext_noop(
    "Whether the user will be able to authenticate using a password or not. "
    "If disabled, they may still be able to authenticate using other backends, "
    "such as Single Sign-On or LDAP."
)
gettext_noop("Reset password")
gettext_noop("Set password")
gettext_noop("Raw passwords are not stored, so there is no way to see the user’s password.")
gettext_noop("Disable password-based authentication")
gettext_noop("Enable password-based authentication")
gettext_noop("This action will <strong>enable</strong> password-based authentication for this user.")
gettext_noop("No, take me back")
gettext_noop("Yes, I’m sure")
