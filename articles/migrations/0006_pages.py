import articles.models.addresses
import articles.models.fields
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

from newsroom.text import bidi
from newsroom.text.line_breaks import keep_together
from newsroom.text.sanitizer import sanitize_article

# What a new site says of itself. What only its operator knows stands in square brackets, which the desk's list tells of.
FIRST_PAGES = [
    ("about", "من نحن", "من-نحن", """
<p>«نشرة» صحيفة على الشبكة تصدر بالعربية. تنشر الخبر وما وراءه، وتسمّي مصادرها، وتفصل الرأي عن الخبر بعنوان القسم وباسم الكاتب.</p>
<h2>من يصدرها</h2>
<p>تصدر الصحيفة عن [اسم المؤسسة الناشرة وصفتها القانونية]، ومقرّها [المدينة والعنوان]. رئيس التحرير المسؤول: [الاسم].</p>
<p>مصدر التمويل: [من يملك الصحيفة، ومن أين دخلها]. لا يطّلع المموّل على مادة قبل نشرها، ولا يقرّر ما يُنشر.</p>
<h2>كيف نعمل</h2>
<ul>
<li><p>كل مادة موقّعة باسم كاتبها، ولكل كاتب صفحة فيها كل ما كتب.</p></li>
<li><p>ما نُقل عن غيرنا يُذكر مصدره فوق النص، وما تُرجم آليًا يُذكر ذلك فيه مع اسم من راجعه.</p></li>
<li><p>إذا أخطأنا صحّحنا، وقلنا ما الذي تغيّر ومتى. كل التصحيحات مجموعة في <a href="/corrections/">صفحة التصحيحات</a>، ولا يُمحى منها شيء.</p></li>
<li><p>ما سُحب بعد نشره لا يختفي في صمت: يبقى في عنوانه ما يقول إنه سُحب، ولماذا إن كان فيه خطأ.</p></li>
</ul>
<h2>تابعونا</h2>
<p>لكل قسم ووسم وكاتب <a href="/feeds/">خلاصة</a> تصلك بالجديد من غير حساب ومن غير أن يعدّ أحد ما تقرأ. وكل ما نشرناه مرتّب بالأيام في <a href="/archive/">الأرشيف</a>.</p>
"""),
    ("contact", "اتصل بنا", "اتصل-بنا", """
<p>نقرأ كل ما يصلنا، ونجيب عمّا يحتاج إلى جواب.</p>
<h2>لتنبيهنا إلى خطأ</h2>
<p>اكتب إلى [بريد التصحيحات]، واذكر عنوان المادة والجملة التي فيها الخطأ وما تراه الصواب. نصحّح ما ثبت، ونعلنه في <a href="/corrections/">صفحة التصحيحات</a>.</p>
<h2>لإيصال خبر أو وثيقة</h2>
<p>اكتب إلى [بريد التحرير]، أو اتصل على [رقم الهاتف] من [الساعات وأيام العمل]. إن كان في الأمر ما يعرّضك لضرر فلا ترسله من جهاز عملك ولا من بريده.</p>
<h2>لشؤون التعليقات والبيانات الشخصية</h2>
<p>للسؤال عن قرار في تعليقك افتح صفحته الخاصة التي وصلك رابطها حين أرسلته. ولمعرفة ما نحتفظ به عنك أو لمحوه اكتب إلى [بريد حماية البيانات] من العنوان الذي علّقت به.</p>
<h2>عنوان البريد</h2>
<p>[اسم المؤسسة، الشارع، المدينة، الرمز البريدي، البلد]</p>
"""),
    ("privacy", "الخصوصية", "الخصوصية", """
<p>يقول هذا النص ما يعرفه الموقع عنك، وما لا يعرفه. المسؤول عنه: [اسم المؤسسة وعنوان بريدها].</p>
<h2>إن كنت تقرأ فقط</h2>
<p>لا نتتبّعك. لا حساب يُطلب منك، ولا ملفات تعريف ارتباط (cookies) في صفحات القراءة، ولا إحصاء يتعرّف إليك، والصفحة التي تصلك هي نفسها التي تصل غيرك. وكل ما في الصفحة من خط وصورة وبرنامج يأتي من هذا الموقع وحده: فتحها لا يُعلم بك شركة أخرى. أما البطاقات التي تعرض شيئًا من موقع آخر فلا يُطلب منها شيء حتى تضغط زرّها بنفسك.</p>
<p>نعدّ كم مرة قُرئ كل مقال، ولا نعرف من قرأه: إذا بقيت صفحته أمامك عشر ثوانٍ أخبرتنا برقم المقال وحده. ولئلا يُرفع خبر بالتكرار تبقى لشبكتك إلى منتصف الليل بصمة في ذاكرة الخادم، لا تُكتب في مكان. وإن كان متصفّحك يطلب عدم التتبّع فلا تُعدّ قراءتك.</p>
<p>ما تختاره لراحتك، كحجم الخط أو المظهر الداكن، وما تحفظه لتقرأه لاحقًا يبقيان في متصفّحك ولا يصلان إلينا. ويبقي متصفّحك آخر عشرين مقالًا فتحتها ثلاثين يومًا على الأكثر، لتقرأها بلا اتصال.</p>
<p>يسجّل الخادم الطلبات ليعمل ويُصلَح: [ما يحفظه سجلّ الخادم، ومدة حفظه].</p>
<h2>إن علّقت</h2>
<ul>
<li><p>الاسم الذي تكتبه والتعليق يظهران للناس، وموقعك إن ذكرته.</p></li>
<li><p>بريدك الإلكتروني لا يُنشر أبدًا. نحفظه مشفّرًا، ولا نراسلك به إلا لتأكيده ولإعلامك بقرار في تعليقك أو بردّ عليه إن طلبت ذلك، وفي كل رسالة رابط يوقف ذلك.</p></li>
<li><p>عنوان شبكتك، لا عنوان جهازك كاملًا، يُحفظ لصدّ الإساءة ويُمحى بعد ثلاثين يومًا.</p></li>
<li><p>إذا أكّدت بريدك بقيت في متصفّحك علامة موقّعة تُرسل إلى صفحات التعليقات وحدها، لتُعرف تعليقاتك اللاحقة.</p></li>
</ul>
<h2>كم نحتفظ بذلك</h2>
<p>يبقى التعليق ما بقيت المادة. نصوص الرسائل وعناوين مستلميها تُمحى بعد ثلاثين يومًا من إرسالها، وقرارات الإشراف تبقى من غير ما يدلّ على صاحب التعليق إذا طلب المحو.</p>
<h2>ما لك علينا</h2>
<p>لك أن تعرف ما نحتفظ به عنك وأن تأخذ نسخة منه، وأن تطلب تصحيحه أو محوه. تعدّل تعليقك أو تسحبه من صفحته الخاصة، ولغير ذلك اكتب إلى [بريد حماية البيانات] من العنوان الذي علّقت به. ولك أن تشكو إلى [الجهة الرقابية المختصة].</p>
<h2>من يشاركنا البيانات</h2>
<p>لا نبيع شيئًا عنك ولا نعطيه لمعلن. يطّلع عليه من يدير الموقع ومن يشغّل خوادمه: [اسم مزوّد الاستضافة وبلده]. وما يأمر به القضاء نلتزم به في حدوده.</p>
"""),
]  # fmt: skip


def add_pages(apps, schema_editor):
    SitePage, PageEdition = (apps.get_model("articles", name) for name in ("SitePage", "PageEdition"))
    for number, (purpose, title, slug, text) in enumerate(FIRST_PAGES, start=1):
        body = sanitize_article(text.strip().replace("\n", ""))
        page = SitePage.objects.create(
            purpose=purpose, title=title, slug=slug, position=10 * number, is_published=True, version=1,
            body=body, body_html=keep_together(bidi.isolate_markup(body, "rtl")),
        )  # fmt: skip
        PageEdition.objects.create(page=page, version=1, title=title, body=body)


class Migration(migrations.Migration):

    dependencies = [
        ('articles', '0005_reading_tools'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='section',
            name='color',
            field=models.CharField(blank=True, choices=[('red', 'red'), ('orange', 'orange'), ('olive', 'olive'), ('green', 'green'), ('teal', 'teal'), ('blue', 'blue'), ('violet', 'violet'), ('plum', 'plum')], help_text='The color of its name and rules on the site. Left empty, it is that of the newspaper.', max_length=8, verbose_name='color'),
        ),
        migrations.CreateModel(
            name='SitePage',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', articles.models.addresses.SlugField(blank=True, max_length=160, unique=True, verbose_name='address')),
                ('title', articles.models.fields.LineField(max_length=120, verbose_name='title')),
                ('body', models.TextField(blank=True, verbose_name='body')),
                ('body_html', models.TextField(blank=True, editable=False)),
                ('language', models.CharField(choices=[('ar', 'العربية'), ('en', 'English'), ('fr', 'Français'), ('tr', 'Türkçe'), ('fa', 'فارسی'), ('ur', 'اردو'), ('ckb', 'کوردی'), ('he', 'עברית')], default='ar', max_length=3, verbose_name='language')),
                ('purpose', models.CharField(blank=True, choices=[('about', 'Who we are'), ('contact', 'How to reach us'), ('privacy', 'Privacy'), ('terms', 'Terms of use'), ('principles', 'Editorial principles'), ('ethics', 'Ethics'), ('corrections', 'How we correct'), ('verification', 'How we verify'), ('feedback', 'How readers take part'), ('sources', 'Unnamed sources'), ('diversity', 'Diversity'), ('ownership', 'Owners and funding'), ('masthead', 'The staff')], help_text='Tells search engines which page this is. Leave it empty for any other page.', max_length=12, verbose_name='purpose')),
                ('position', models.PositiveSmallIntegerField(default=100, help_text='Pages stand at the foot of the site in the order of this number, smallest first.', verbose_name='position')),
                ('is_published', models.BooleanField(default=False, help_text='Before it is published, its address answers that there is no such page.', verbose_name='published')),
                ('version', models.PositiveIntegerField(default=0, editable=False)),
                ('modified_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='last changed')),
            ],
            options={
                'verbose_name': 'page of the site',
                'verbose_name_plural': 'pages of the site',
                'ordering': ['position', 'pk'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('purpose', ''), _negated=True), fields=('purpose', 'language'), name='a_purpose_has_one_page_in_a_language', violation_error_message='Another page in this language has that purpose already.')],
            },
        ),
        migrations.CreateModel(
            name='PageEdition',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField()),
                ('title', articles.models.fields.LineField(max_length=120)),
                ('body', models.TextField(blank=True)),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('page', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='editions', to='articles.sitepage')),
            ],
            options={
                'ordering': ['-version'],
                'default_permissions': [],
                'constraints': [models.UniqueConstraint(fields=('page', 'version'), name='a_version_of_a_page_is_kept_once')],
            },
        ),
        migrations.RunPython(add_pages, migrations.RunPython.noop),
    ]
