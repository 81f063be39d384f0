"""The rules of the pre-flight check, by what they depend on."""
