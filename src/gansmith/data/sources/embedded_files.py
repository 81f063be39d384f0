"""Where the data sets are that ship inside the package; NOTICE has their licences and credits."""

from importlib.resources import files

FOLDER = files("gansmith.data") / "embedded"
