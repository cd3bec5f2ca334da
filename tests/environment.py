"""The environment of the tests, set before Django reads its settings."""

import os
import tempfile

os.environ.setdefault("GIAOUOC_MODE", "test")
os.environ.setdefault("GIAOUOC_DATA", tempfile.mkdtemp(prefix="giaouoc-test-"))
os.environ.setdefault("GIAOUOC_SECRET_KEY", "only-for-tests-" + "x" * 32)
