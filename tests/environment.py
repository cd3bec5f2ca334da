"""The environment of the tests, set before Django reads its settings."""

import atexit
import os
import shutil
import tempfile

os.environ.setdefault("GIAOUOC_MODE", "test")
if "GIAOUOC_DATA" not in os.environ:
    os.environ["GIAOUOC_DATA"] = tempfile.mkdtemp(prefix="giaouoc-test-")
    atexit.register(shutil.rmtree, os.environ["GIAOUOC_DATA"], ignore_errors=True)
if worker := os.environ.get("PYTEST_XDIST_WORKER"):  # each process its own folder
    os.environ["GIAOUOC_DATA"] = os.path.join(os.environ["GIAOUOC_DATA"], worker)
os.environ.setdefault("GIAOUOC_SECRET_KEY", "only-for-tests-" + "x" * 32)
os.environ["GIAOUOC_STATIC"] = os.path.join(os.environ["GIAOUOC_DATA"], "static")
os.makedirs(os.environ["GIAOUOC_STATIC"], exist_ok=True)
