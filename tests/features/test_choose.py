import pytest

from gansmith.features import build_extractor
from gansmith.registry import UnknownPartError


def test_a_name_may_have_options_and_words_need_no_quotes():
    assert build_extractor("pixels").width == 768
    assert build_extractor("pixels:size=4").width == 48
    built = build_extractor("inception:resize=clean,precision=bf16,weights=random")
    assert "clean-fid" in built.resize
    assert "bf16" in built.resize


def test_paths_and_quoted_words_are_taken_as_they_are(tmp_path):
    for path in ("/some where/a-b.pth", "C:/x.pth", "'7.pth'"):
        with pytest.raises(Exception, match="there is no file of weights at"):
            build_extractor(f"clip:weights={path}")


def test_what_is_wrong_is_said():
    with pytest.raises(UnknownPartError, match="unknown extractor 'pixel'; did you mean 'pixels'"):
        build_extractor("pixel:size=4")
    with pytest.raises(ValueError, match="has no option 'side'"):
        build_extractor("pixels:side=4")
    with pytest.raises(ValueError, match="is not a list of options for 'pixels'"):
        build_extractor("pixels:=4")
