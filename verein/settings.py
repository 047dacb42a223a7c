"""Settings of the project, read from the environment. Secure by default; `VEREIN_DEMO=1` relaxes what a demo on 127.0.0.1 needs."""

from pathlib import Path

from django.utils.csp import CSP

from verein import env

BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = env.folder("VEREIN_DATA_DIR", BASE_DIR / "var")

DEMO = env.flag("VEREIN_DEMO", False)
DEBUG = env.flag("VEREIN_DEBUG", False)
SECRET_KEY = env.text("VEREIN_SECRET_KEY", "demo-nur-auf-diesem-rechner" if DEMO or DEBUG else None)
ALLOWED_HOSTS = env.words("VEREIN_HOSTS", ("127.0.0.1", "localhost", "[::1]") if DEMO or DEBUG else ())
SITE_URL = env.text("VEREIN_SITE_URL", "http://127.0.0.1:8000" if DEMO or DEBUG else None)
CSRF_TRUSTED_ORIGINS = [SITE_URL] if SITE_URL.startswith("https://") else []

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "django_htmx",
    "django_prose_editor",
    "django_tasks_db",
    "djmoney",
    "import_export",
    "rules.apps.AutodiscoverRulesConfig",
    "simple_history",
    "apps.core",
    "apps.audit",
    "apps.pdf",
    "apps.einvoice",
    "apps.accounts",
    "apps.organisation",
    "apps.texts",
    "apps.members",
    "apps.bodies",
    "apps.documents",
    "apps.dispatch",
    "apps.ledger",
    "apps.vouchers",
    "apps.resolutions",
    "apps.dues",
    "apps.papers",
    "apps.budget",
    "apps.dunning",
    "apps.banking",
    "apps.payments",
    "apps.closing",
    "apps.examination",
    "apps.portal",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

ROOT_URLCONF = "verein.urls"
WSGI_APPLICATION = "verein.wsgi.application"

TEMPLATE_LOADERS = [
    "django.template.loaders.filesystem.Loader",
    "django.template.loaders.app_directories.Loader",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "loaders": TEMPLATE_LOADERS if DEBUG else [("django.template.loaders.cached.Loader", TEMPLATE_LOADERS)],
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "apps.core.templatetags.formats",
                "apps.core.templatetags.ui",
                "apps.audit.templatetags.audit",
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.csp",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "apps.accounts.context_processors.demo_accounts",
                "apps.organisation.context_processors.profile",
                "apps.portal.context_processors.navigation",
            ],
        },
    },
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# Tests and measurements build their database from the models: a hundred migrations of 200 models take minutes.
DATABASES = {"default": env.database("DATABASE_URL", DATA_DIR / "verein.sqlite3") | {"TEST": {"MIGRATE": False}}}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
ATOMIC_REQUESTS = False

CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "cache"},
}

TASKS = {
    "default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default"]},
}

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "rules.permissions.ObjectPermissionBackend",
    "apps.accounts.backends.SignInBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
# over holidays a bank may date a line with its next banking day; the demo plays the year to come, with statements of that year
BANK_DAYS_AHEAD = 400 if DEMO else 5
DEMO_PASSWORD = "Staffelstab-2027"  # noqa: S105 (printed on the sign-in page of the demo, unknown elsewhere)
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "portal:start"
LOGOUT_REDIRECT_URL = "account_login"

ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_ADAPTER = "apps.accounts.adapters.AccountAdapter"
SOCIALACCOUNT_ADAPTER = "apps.accounts.adapters.SocialAccountAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_PASSKEY_SIGNUP_ENABLED = False
MFA_TOTP_ISSUER = "Verein"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = DEMO

LANGUAGE_CODE = "de"
LANGUAGES = [("de", "Deutsch")]
FORMAT_MODULE_PATH = ["verein.formats"]
LOCALE_PATHS = [BASE_DIR / "verein" / "locale"]
TIME_ZONE = "Europe/Berlin"
USE_TZ = True
USE_THOUSAND_SEPARATOR = False

CURRENCIES = ("EUR",)
CURRENCY_CHOICES = [("EUR", "EUR")]
DEFAULT_CURRENCY = "EUR"

STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [
    BASE_DIR / "verein" / "static",
    ("kern", BASE_DIR / "node_modules" / "@kern-ux" / "native" / "dist"),
]
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": DATA_DIR / "files"},
    },
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
FONTS_DIR = BASE_DIR / "node_modules"
DATA_UPLOAD_MAX_MEMORY_SIZE = 25 * 1024 * 1024

if DEMO:
    MAILERS = {
        "default": {
            "BACKEND": "django.core.mail.backends.filebased.EmailBackend",
            "OPTIONS": {"file_path": DATA_DIR / "mail"},
        },
    }
else:
    MAILERS = {
        "default": {
            "BACKEND": "django.core.mail.backends.smtp.EmailBackend",
            "OPTIONS": {
                "host": env.text("VEREIN_SMTP_HOST", "localhost"),
                "port": env.integer("VEREIN_SMTP_PORT", 25),
                "username": env.optional_text("VEREIN_SMTP_USER"),
                "password": env.optional_text("VEREIN_SMTP_PASSWORD"),
                "use_tls": env.flag("VEREIN_SMTP_TLS", False),
                "timeout": 30,
            },
        },
    }
DEFAULT_FROM_EMAIL = env.text("VEREIN_MAIL_FROM", "Verein <verein@example.org>")

SECURE_CSP = {
    "default-src": [CSP.SELF],
    "script-src": [CSP.SELF, CSP.NONCE],
    "style-src": [CSP.SELF, CSP.NONCE],
    "img-src": [CSP.SELF, "data:"],
    "font-src": [CSP.SELF],
    "connect-src": [CSP.SELF],
    "object-src": [CSP.NONE],
    "base-uri": [CSP.NONE],
    "form-action": [CSP.SELF],
    "frame-ancestors": [CSP.NONE],
}
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_AGE = 12 * 60 * 60
CSRF_COOKIE_HTTPONLY = False
if not (DEMO or DEBUG):
    SECURE_SSL_REDIRECT = env.flag("VEREIN_HTTPS_REDIRECT", True)
    SECURE_HSTS_SECONDS = env.integer("VEREIN_HSTS_SECONDS", 31_536_000)
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {"weasyprint": {"level": "ERROR"}, "fontTools": {"level": "ERROR"}, "pikepdf": {"level": "ERROR"}},
}
