"""From a source to one array of equal samples: decoded, resized, cached."""
