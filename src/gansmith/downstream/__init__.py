"""Does what a generator makes help a classifier, and does it give its training samples away?"""
