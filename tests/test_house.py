"""The bars of how the package is built, as ``python -m scripts.house`` prints them."""

from scripts import house_sizes, house_structure


def test_no_file_of_the_package_is_longer_than_300_lines() -> None:
    assert not house_structure.long_files()


def test_no_function_is_longer_than_50_lines() -> None:
    assert not house_structure.long_functions()


def test_no_folder_has_more_than_25_files_at_one_level() -> None:
    assert not house_structure.crowded_levels()


def test_nothing_imports_in_a_circle() -> None:
    assert not house_structure.circles()


def test_a_part_stands_in_the_file_of_its_name() -> None:
    assert not house_structure.parts_by_another_name()


def test_the_wheel_stays_under_7_megabytes() -> None:
    assert house_sizes.wheel_size() < 7_000_000
