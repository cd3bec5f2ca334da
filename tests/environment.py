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
os.makedirs(os.environ["GIAOUOC_DATA"], exist_ok=True)
os.environ.setdefault("GIAOUOC_SECRET_KEY", "only-for-tests-" + "x" * 32)
# Fonts and style sheet are cut once for all processes and runs: beside this folder, under the hash of what they come from.
os.environ["GIAOUOC_STATIC"] = os.path.join(tempfile.gettempdir(), f"giaouoc-tests-{os.getuid()}", "static")
os.makedirs(os.environ["GIAOUOC_STATIC"], mode=0o700, exist_ok=True)
