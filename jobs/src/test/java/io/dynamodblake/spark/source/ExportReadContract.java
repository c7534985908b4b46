package io.dynamodblake.spark.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.dynamodblake.export.ExportFormatException;
import io.dynamodblake.schema.DataRefusedException;
import io.dynamodblake.spark.run.SparkFailures;
import io.dynamodblake.testing.ExportFixture;
import io.dynamodblake.testing.SampleExports;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What holds for every way to read an export through the data source. */
public abstract class ExportReadContract {
  public static final String ANNA =
      "{\"Item\":{\"pk\":{\"S\":\"anna\"},\"age\":{\"N\":\"41\"},\"price\":{\"N\":\"12.50\"},"
          + "\"home\":{\"M\":{\"city\":{\"S\":\"Ulm\"},\"zip\":{\"S\":\"89073\"}}},"
          + "\"tags\":{\"SS\":[\"x\",\"y\"]},\"note\":{\"NULL\":true}}}";
  public static final String BEN =
      "{\"Item\":{\"pk\":{\"S\":\"ben\"},\"age\":{\"N\":\"7\"},\"price\":{\"N\":\"3\"},"
          + "\"home\":{\"M\":{\"zip\":{\"S\":\"10115\"},\"city\":{\"S\":\"Berlin\"}}},"
          + "\"note\":{\"S\":\"hello\"}}}";
  public static final String CARA =
      "{\"Item\":{\"pk\":{\"S\":\"cara\"},\"age\":{\"S\":\"unknown\"},\"price\":{\"N\":\"0.01\"}}}";
  public static final String BAD = "{\"Item\":{\"pk\":{\"S\":\"dora\"},\"age\":{\"N\":5}}}";

  @TempDir Path temp;

  /** Reads what lies at a path. */
  abstract Dataset<Row> read(String path, Map<String, String> options);

  final Dataset<Row> read(Path path) {
    return read(path.toString(), Map.of());
  }

  final Path people() {
    return ExportFixture.in(temp).file(ANNA, BEN).emptyFile().file(CARA).write();
  }

  /** Sorted here and not by Spark, which would need a shuffle for it. */
  static List<Row> rows(Dataset<Row> data, String... columns) {
    List<Row> rows = new ArrayList<>(data.selectExpr(columns).collectAsList());
    rows.sort(Comparator.comparing(Row::toString));
    return rows;
  }

  @Test
  void everyItemIsARowOfTypedColumns() {
    Dataset<Row> people = read(people());

    assertThat(people.columns())
        .containsExactlyInAnyOrder(
            "pk", "age", "price", "home", "tags", "note", "ddb_rescued", "ddb_nulls");
    assertThat(rows(people, "pk", "age", "price", "home.city", "array_join(tags, '+')", "note"))
        .containsExactly(
            RowFactory.create("anna", 41L, new BigDecimal("12.50"), "Ulm", "x+y", null),
            RowFactory.create("ben", 7L, new BigDecimal("3.00"), "Berlin", null, "hello"),
            RowFactory.create("cara", null, new BigDecimal("0.01"), null, null, null));
  }

  @Test
  void whatDoesNotFitAColumnIsRescuedAndNullsAreNamed() {
    Dataset<Row> people = read(people());

    assertThat(rows(people, "pk", "to_json(ddb_rescued)", "array_join(ddb_nulls, ' ')"))
        .containsExactly(
            RowFactory.create("anna", null, "note"),
            RowFactory.create("ben", null, null),
            RowFactory.create("cara", "{\"age\":\"{\\\"S\\\":\\\"unknown\\\"}\"}", null));
  }

  @Test
  void anyProjectionGivesWhatTheFullReadGives() {
    Dataset<Row> people = read(people());
    people.cache();
    try {
      Dataset<Row> again = read(people());
      for (String column : people.columns()) {
        assertThat(rows(again, "pk", column)).as(column).isEqualTo(rows(people, "pk", column));
        assertThat(rows(again, "pk", column, "ddb_rescued"))
            .as(column + " with rescued values")
            .isEqualTo(rows(people, "pk", column, "ddb_rescued"));
      }
      assertThat(rows(again, "home.zip", "pk", "ddb_nulls"))
          .isEqualTo(rows(people, "home.zip", "pk", "ddb_nulls"));
    } finally {
      people.unpersist();
    }
  }

  @Test
  void countAndLimitAndFilter() {
    Dataset<Row> people = read(people());

    assertThat(people.count()).isEqualTo(3);
    assertThat(people.filter("age > 10").count()).isEqualTo(1);
    assertThat(people.limit(2).collectAsList()).hasSize(2);
    assertThat(people.limit(2).count()).isEqualTo(2);
    assertThat(people.limit(0).collectAsList()).isEmpty();
    assertThat(people.groupBy("home").count().collectAsList()).hasSize(3);
  }

  @Test
  void blankLinesAndCarriageReturnsAndGzipMembersMakeNoDifference() {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      lines.add("{\"Item\":{\"pk\":{\"S\":\"item %03d\"},\"n\":{\"N\":\"%d\"}}}".formatted(i, i));
    }
    Path odd =
        ExportFixture.in(temp)
            .items(lines, 3)
            .blankLines()
            .crlf()
            .members(7)
            .withoutManifestNewline()
            .write();

    assertThat(read(odd).selectExpr("sum(n)", "count(distinct pk)").first())
        .isEqualTo(RowFactory.create(499L * 500 / 2, 500L));
  }

  @Test
  void equalMapsAreEqualWhateverTheOrderOfTheirKeys() {
    Path export =
        ExportFixture.in(temp)
            .file(
                "{\"Item\":{\"pk\":{\"S\":\"1\"},\"m\":{\"M\":{\"a\":{\"S\":\"x\"},\"b\":{\"S\":\"y\"}}}}}",
                "{\"Item\":{\"pk\":{\"S\":\"2\"},\"m\":{\"M\":{\"b\":{\"S\":\"y\"},\"a\":{\"S\":\"x\"}}}}}")
            .write();

    assertThat(read(export).select("m").distinct().count()).isEqualTo(1);
  }

  @Test
  void anExportWithoutItemsHasNoRows() {
    Path empty = ExportFixture.in(temp).emptyFile().emptyFile().write();

    Dataset<Row> nothing = read(empty);

    assertThat(nothing.collectAsList()).isEmpty();
    assertThat(nothing.count()).isZero();
    assertThat(nothing.columns()).containsExactly("ddb_rescued", "ddb_nulls");
  }

  @Test
  void aDataFolderWithoutManifestIsReadToo() throws Exception {
    Path data = people().resolve("data");

    Dataset<Row> people = read(data);

    assertThat(people.count()).isEqualTo(3);
    assertThat(rows(people, "pk").get(2).getString(0)).isEqualTo("cara");
  }

  @Test
  void aDamagedFileFailsTheReadAndIsNamed() {
    ExportFixture fixture = ExportFixture.in(temp).file(ANNA).file(BEN).wrongMd5(1);
    Path export = fixture.write();

    assertThatThrownBy(() -> read(export).collectAsList())
        .satisfies(
            failure ->
                assertThat(SparkFailures.unwrapped(failure))
                    .isInstanceOf(ExportFormatException.class)
                    .hasMessageContaining("MD5")
                    .hasMessageContaining(fixture.dataFileKey(1)));
    assertThat(read(export.toString(), Map.of("verify", "counts")).collectAsList()).hasSize(2);
  }

  @Test
  void aBadLineFailsTheReadByDefaultAndIsPlaced() {
    ExportFixture fixture = ExportFixture.in(temp).file(ANNA, BAD, BEN);
    Path export = fixture.write();

    assertThatThrownBy(() -> read(export).collectAsList())
        .satisfies(
            failure ->
                assertThat(SparkFailures.unwrapped(failure))
                    .isInstanceOf(DataRefusedException.class)
                    .hasMessageContaining("line 2, byte offset " + (ANNA.length() + 1))
                    .hasMessageContaining(fixture.dataFileKey(0))
                    .hasMessageContaining("DROPMALFORMED")
                    .hasMessageNotContaining("dora"));
  }

  @Test
  void aBadLineIsLeftOutWithDropMalformed() {
    Path export = ExportFixture.in(temp).file(ANNA, BAD, BEN).write();

    Dataset<Row> rest = read(export.toString(), Map.of("mode", "DROPMALFORMED"));

    assertThat(rows(rest, "pk", "age"))
        .containsExactly(RowFactory.create("anna", 41L), RowFactory.create("ben", 7L));
    assertThat(rest.count()).isEqualTo(2);
    assertThat(rest.select("pk").collectAsList()).hasSize(2);
  }

  @Test
  void aBadLineIsARowOfNullsWithPermissive() {
    Path export = ExportFixture.in(temp).file(ANNA, BAD, BEN).write();

    Dataset<Row> all = read(export.toString(), Map.of("mode", "permissive"));

    assertThat(all.columns()).doesNotContain("_corrupt_record");
    assertThat(all.count()).isEqualTo(3);
    assertThat(all.filter("pk is null and age is null and ddb_rescued is null").count())
        .isEqualTo(1);
  }

  @Test
  void aBadLineIsKeptInTheCorruptRecordColumnWithPermissive() {
    Path export = ExportFixture.in(temp).file(ANNA, BAD, BEN).write();

    Dataset<Row> all =
        read(
            export.toString(), Map.of("mode", "PERMISSIVE", "columnNameOfCorruptRecord", "broken"));

    assertThat(rows(all, "pk", "broken"))
        .containsExactly(
            RowFactory.create("anna", null),
            RowFactory.create("ben", null),
            RowFactory.create(null, BAD));
  }

  @Test
  void anExportThatWasMovedIsReadWhereItLies() {
    Dataset<Row> items = read(SampleExports.tenTypes().toAbsolutePath());

    assertThat(items.count()).isEqualTo(3);
    assertThat(rows(items, "id", "count", "hex(bytes)", "map.g", "array_join(texts, '+')"))
        .containsExactly(
            RowFactory.create("every", null, "DEADBEEF", 9L, "blue+green"),
            RowFactory.create("first", 0L, null, null, null),
            RowFactory.create("last", 42L, null, null, null));
  }

  @Test
  void anExportOfSeveralFilesIsReadWhereItLies() {
    Dataset<Row> items = read(SampleExports.flat().toAbsolutePath());

    assertThat(items.selectExpr("count(*)", "count(distinct user_id, mail)", "min(role)").first())
        .isEqualTo(RowFactory.create(40L, 40L, "admin"));
    assertThat(items.filter("ddb_rescued is not null").count()).isZero();
  }

  private static Path real(String name) {
    Path real = SampleExports.real(name);
    assumeThat(real).as(SampleExports.NO_REAL_EXPORT).isDirectory();
    return real;
  }

  @Test
  void theRealExportWithAllTypesIsReadWhereItLies() {
    Dataset<Row> items = read(real("ten-types"));

    assertThat(items.count()).isEqualTo(3);
    assertThat(items.collectAsList()).hasSize(3);
  }

  @Test
  void theRealExportOfFlatItemsIsReadWhereItLies() {
    Dataset<Row> items = read(real("flat-98/gurlon"));

    assertThat(items.count()).isEqualTo(98);
    assertThat(items.collectAsList()).hasSize(98);
    assertThat(items.filter("ddb_rescued is not null").count()).isZero();
  }
}
