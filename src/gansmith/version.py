"""The version of this package, which every protocol and exported file names."""

__version__ = "0.1.0"
