"""Training sets: the split repeated without us, what is loaded by others, and rows checked one by one in plain Python."""

import csv
import glob
import hashlib
import json
import re

import duckdb
import pandas
import pyarrow.parquet as parquet
import pytest

import peers

SPLITS = ("train", "validation", "test")
PAGE = peers.ROOT / "docs" / "training-sets.md"


@pytest.fixture(scope="module")
def lake(command, workspace):
    table = workspace / "training" / "shop"
    command(
        "flatten", peers.DEMO_EXPORT, "--to", table, "--table", "shop", "--key", "pk:S,sk:S"
    ).succeeded()
    return table


@pytest.fixture(scope="module")
def sets(command, workspace, lake):
    """Orders of the demo, as Parquet with the keys beside, and as SageMaker takes them."""
    made = workspace / "training"
    wanted = ["training-set", lake, "--label", "status", "--where", "entity = 'order'"]
    command(*wanted, "--to", made / "plain", "--carry", "pk,sk").succeeded()
    command(*wanted, "--to", made / "csv", "--format", "sagemaker-csv").succeeded()
    return made


def manifest(folder):
    return json.loads((folder / "manifest.json").read_text())


def block(language):
    (found,) = re.findall(rf"```{language}\n(.*?)```", PAGE.read_text().split("## The split")[1].split("\n## ")[0], re.DOTALL)
    return found


def files(folder, split):
    return sorted(glob.glob(str(folder / "data" / f"{split}-*.parquet")))


def test_the_split_of_the_page_is_the_one_of_the_set(sets):
    space = {}
    exec(block("python"), space)
    seen = 0
    for split in SPLITS:
        for path in files(sets / "plain", split):
            for key in parquet.read_table(path, columns=["pk"]).column("pk").to_pylist():
                assert space["split"](key) == split
                seen += 1
    assert seen == manifest(sets / "plain")["rows"]["written"] == 750


def test_duckdb_computes_the_same_places_to_the_last_bit(sets):
    keys = ["", "a|b", "é", "😀" * 40, "x" * 500, "C#17"]
    keys += [row.as_py() for row in parquet.read_table(files(sets / "plain", "train")[0]).column("pk")]
    connection = duckdb.connect()
    connection.execute("CREATE TABLE items (pk VARCHAR)")
    connection.executemany("INSERT INTO items VALUES (?)", [[key] for key in keys])
    for key, place in connection.execute(block("sql")).fetchall():
        digest = hashlib.md5(f"dynamodb-lake|S{len(key.encode())}:{key}".encode()).hexdigest()
        assert place == int(digest[:8], 16) / 2**32


def test_every_row_has_the_values_of_its_item(sets):
    items = {}
    for item in peers.items(peers.DEMO_EXPORT):
        if item.get("entity") == {"S": "order"}:
            items[item["pk"]["S"], item["sk"]["S"]] = item
    for split in SPLITS:
        for path in files(sets / "plain", split):
            for row in parquet.read_table(path).to_pylist():
                item = items.pop((row["pk"], row["sk"]))
                assert row["status"] == item["status"]["S"]
                assert row["lines__len"] == len(item["lines"]["L"])
                assert row["shipto__country"] == item["shipTo"]["M"]["country"]["S"]
                if "N" in item.get("total", {}):
                    assert row["total"] == float(item["total"]["N"])
                assert row["coupon"] == item.get("coupon", {}).get("S")
    assert items == {}


def test_checksums_of_the_manifest_hold_and_nothing_else_is_there(sets):
    for name in ("plain", "csv"):
        folder = sets / name
        listed = {file["path"]: file["md5"] for file in manifest(folder)["files"]}
        found = {
            str(path.relative_to(folder)): hashlib.md5(path.read_bytes()).hexdigest()
            for path in folder.rglob("*")
            if path.is_file()
        }
        found.pop("manifest.json")
        assert found == listed


def test_pandas_and_hugging_face_load_the_splits_as_they_are(sets, tmp_path, monkeypatch):
    expected = {split: manifest(sets / "plain")["split"][split]["rows"] for split in SPLITS}
    plain = {
        split: sum(len(pandas.read_parquet(path)) for path in files(sets / "plain", split))
        for split in SPLITS
    }
    assert plain == expected
    for name in ("HF_HUB_OFFLINE", "HF_DATASETS_OFFLINE", "HF_HUB_DISABLE_TELEMETRY"):
        monkeypatch.setenv(name, "1")
    monkeypatch.setenv("HF_HOME", str(tmp_path))
    datasets = pytest.importorskip("datasets")
    loaded = datasets.load_dataset(str(sets / "plain"), cache_dir=str(tmp_path / "cache"))
    assert {split: loaded[split].num_rows for split in loaded} == expected
    assert "status" in loaded["train"].column_names
    assert loaded["train"].features["total"].dtype == "float64"


def test_sagemaker_files_are_the_plain_ones_encoded(sets):
    schema = json.loads((sets / "csv" / "schema.json").read_text())
    columns = schema["columns"]
    classes = columns[0]["classes"]
    indexes = json.loads((sets / "csv" / "train" / "categorical_index.json").read_text())
    assert indexes["cat_index_list"] == [
        place for place, column in enumerate(columns) if column.get("kind") in ("category", "boolean")
    ]
    vocabularies = {
        column["name"]: json.loads((sets / "csv" / column["vocabulary"]).read_text())["valuesFromOne"]
        for column in columns
        if "vocabulary" in column
    }

    def encoded(row):
        yield classes.index(row[columns[0]["name"]])
        for column in columns[1:]:
            value = row[column["name"]]
            if column["kind"] == "category":
                known = vocabularies[column["name"]]
                yield known.index(value) + 1 if value in known else 0
            else:
                yield float(column["missing"] if value is None else value)

    for split in SPLITS:
        rows = [row for path in files(sets / "plain", split) for row in parquet.read_table(path).to_pylist()]
        (path,) = glob.glob(str(sets / "csv" / split / "*.csv"))
        with open(path, newline="", encoding="utf-8") as lines:
            written = [tuple(map(float, line)) for line in csv.reader(lines)]
        assert sorted(written) == sorted(tuple(map(float, encoded(row))) for row in rows)


def test_statistics_are_those_of_pandas(sets):
    statistics = json.loads((sets / "plain" / "stats.json").read_text())
    train = pandas.concat(map(pandas.read_parquet, files(sets / "plain", "train")))
    for feature in statistics["features"]:
        column, found = train[feature["name"]], feature["train"]
        assert found["missing"] == column.isna().sum()
        if "mean" in found:
            values = column.dropna().astype(float)
            assert found["mean"] == pytest.approx(values.mean(), rel=1e-12)
            assert found["deviation"] == pytest.approx(values.std(), rel=1e-9)
            assert (found["min"], found["max"]) == (values.min(), values.max())
