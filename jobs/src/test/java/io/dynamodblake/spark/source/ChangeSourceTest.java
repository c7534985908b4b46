package io.dynamodblake.spark.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dynamodblake.conf.UsageException;
import io.dynamodblake.export.ExportFormatException;
import io.dynamodblake.export.Window;
import io.dynamodblake.schema.Column;
import io.dynamodblake.schema.DataRefusedException;
import io.dynamodblake.schema.KeyAttribute;
import io.dynamodblake.schema.LakeType;
import io.dynamodblake.schema.TableSchema;
import io.dynamodblake.schema.TableSchemaJson;
import io.dynamodblake.schema.ValueMapping;
import io.dynamodblake.spark.run.SparkFailures;
import io.dynamodblake.testing.ExportFixture;
import io.dynamodblake.testing.IncrementalExport;
import io.dynamodblake.testing.SparkTest;
import io.dynamodblake.type.Descriptor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The changes of an incremental export as rows. */
class ChangeSourceTest {
  private static final String A =
      "{\"pk\":{\"S\":\"a\"},\"Sort Key\":{\"N\":\"1\"},\"n\":{\"N\":\"5\"},\"m\":{\"M\":{\"x\":{\"S\":\"u\"},\"y\":{\"N\":\"1\"}}}}";
  private static final String B =
      "{\"pk\":{\"S\":\"b\"},\"Sort Key\":{\"N\":\"2\"},\"n\":{\"N\":\"1\"},\"m\":{\"M\":{\"x\":{\"S\":\"v\"},\"y\":{\"N\":\"2\"}}}}";
  private static final String B2 =
      "{\"pk\":{\"S\":\"b\"},\"Sort Key\":{\"N\":\"2\"},\"n\":{\"S\":\"two\"},\"late\":{\"BOOL\":true}}";
  private static final String C = "{\"pk\":{\"S\":\"c\"},\"Sort Key\":{\"N\":\"3\"}}";
  private static final String BAD = "{\"Keys\":{\"pk\":{\"S\":\"d\"}},\"NewImage\":{}}";

  private final SparkSession spark = SparkTest.session();

  @TempDir Path temp;

  private IncrementalExport export() {
    return IncrementalExport.in(temp)
        .keys("pk", "Sort Key")
        .dataFiles(2)
        .inserted(A)
        .updated(B, B2)
        .deleted(C);
  }

  private Dataset<Row> load(Path export, String... options) {
    Map<String, String> given = new java.util.HashMap<>();
    for (int i = 0; i < options.length; i += 2) {
      given.put(options[i], options[i + 1]);
    }
    return spark
        .read()
        .format("dynamodb-export")
        .option("records", "changes")
        .options(given)
        .load(export.toString());
  }

  /** Sorted here and not by Spark, which would need a shuffle for it. */
  private static List<String> rows(Dataset<Row> data, String... columns) {
    List<String> rows = new ArrayList<>();
    data.selectExpr(columns).collectAsList().forEach(row -> rows.add(row.toString()));
    rows.sort(Comparator.naturalOrder());
    return rows;
  }

  @Test
  void everyChangeIsARowOfWhatHappenedAndTheItemAfterAndBefore() {
    for (Path folder :
        List.of(export().write(), export().ion().exportId("01732000000000-0a1b2c3d").write())) {
      Dataset<Row> changes = load(folder);
      assertThat(changes.columns())
          .containsExactly("ddb_op", "ddb_time", "pk", "sort_key", "new", "old");
      assertThat(rows(changes, "ddb_op", "pk", "sort_key", "new.n", "old.n", "new.late"))
          .containsExactly(
              "[delete,c,3,null,null,null]",
              "[insert,a,1,5,null,null]",
              "[update,b,2,null,1,true]");
      assertThat(rows(changes, "pk", "new IS NULL", "old IS NULL"))
          .containsExactly("[a,false,true]", "[b,false,false]", "[c,true,false]");
      // what does not fit its column is kept in each image, as it is in items
      assertThat(rows(changes.where("pk = 'b'"), "new.ddb_rescued", "old.ddb_rescued"))
          .containsExactly("[Map(n -> {\"S\":\"two\"}),null]");
      assertThat(changes.where("pk = 'a'").select("ddb_time").head().<Timestamp>getAs(0))
          .isEqualTo(Timestamp.from(IncrementalExport.FROM.plusSeconds(1)));
      assertThat(changes.count()).isEqualTo(3);
    }
  }

  @Test
  void onlyWhatIsReadIsDecoded() {
    Dataset<Row> changes = load(export().write());
    assertThat(rows(changes, "old.m.y", "new.m.x", "_line"))
        .containsExactly("[2,null,1]", "[null,null,2]", "[null,u,1]");
    assertThat(rows(changes.where("pk = 'b'"), "old", "new.m"))
        .containsExactly("[[null,[v,2],1,b,2,null,null],null]");
    assertThat(rows(changes.limit(1), "ddb_op")).hasSize(1);
    assertThat(rows(changes.groupBy("new.m").count(), "count")).containsExactly("[1]", "[2]");
  }

  @Test
  void withoutOldImagesAnInsertIsNotToldFromAnUpdate() {
    Dataset<Row> changes = load(export().view(Window.View.NEW_IMAGE).write());
    assertThat(rows(changes, "ddb_op", "pk", "sort_key", "old"))
        .containsExactly("[delete,c,3,null]", "[put,a,1,null]", "[put,b,2,null]");
  }

  @Test
  void badLinesDoWhatTheModeSays() {
    Path export = export().line(BAD).write();
    assertThatThrownBy(() -> load(export))
        .satisfies(
            failure ->
                assertThat(SparkFailures.unwrapped(failure))
                    .isInstanceOf(DataRefusedException.class)
                    .hasMessageStartingWith(
                        "Cannot read change: 'NewImage' lacks the key attribute 'pk' at $, line 2")
                    .hasMessageEndingWith(
                        "leave bad lines out with option(\"mode\", \"DROPMALFORMED\")"));
    assertThat(load(export, "mode", "DROPMALFORMED").count()).isEqualTo(3);
    Dataset<Row> permissive =
        load(export, "mode", "PERMISSIVE", "columnNameOfCorruptRecord", "_bad");
    assertThat(rows(permissive.where("_bad IS NOT NULL"), "ddb_op", "pk", "new", "_bad"))
        .containsExactly("[null,null,null," + BAD + "]");
    assertThat(permissive.count()).isEqualTo(4);
  }

  @Test
  void aSchemaFileNamesTheColumns() throws Exception {
    TableSchema schema =
        new TableSchema(
            "t",
            List.of(
                new KeyAttribute("pk", Descriptor.S), new KeyAttribute("Sort Key", Descriptor.N)),
            List.of(
                Column.of("sort", "Sort Key", ValueMapping.Scalar.of(Descriptor.N, LakeType.INT))));
    Path file = temp.resolve("schema.json");
    Files.writeString(file, TableSchemaJson.toJson(schema));
    Dataset<Row> changes = load(export().write(), "schema", file.toString());
    assertThat(changes.columns()).containsExactly("ddb_op", "ddb_time", "pk", "sort", "new", "old");
    assertThat(rows(changes, "pk", "sort", "old.sort", "concat_ws(' ', map_keys(new.ddb_rescued))"))
        .containsExactly("[a,1,null,pk n m]", "[b,2,2,pk n late]", "[c,3,3,]");
  }

  @Test
  void aSchemaOfTheUsersOwnIsTaken() {
    Dataset<Row> changes =
        spark
            .read()
            .format("dynamodb-export")
            .option("records", "changes")
            .schema("ddb_op string, pk string, new struct<pk string, n bigint>")
            .load(export().write().toString());
    assertThat(rows(changes, "*"))
        .containsExactly("[delete,c,null]", "[insert,a,[a,5]]", "[update,b,[b,null]]");
    assertThatThrownBy(
            () ->
                spark
                    .read()
                    .format("dynamodb-export")
                    .option("records", "changes")
                    .schema("new string")
                    .load(export().write().toString()))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("column 'new' must be a struct of the item's columns");
  }

  @Test
  void theKeyOfADeleteThatDoesNotFitIsNotLost() throws Exception {
    TableSchema schema =
        new TableSchema(
            "t",
            List.of(),
            List.of(
                Column.of("sort", "Sort Key", ValueMapping.Scalar.of(Descriptor.N, LakeType.INT))));
    Path file = temp.resolve("schema.json");
    Files.writeString(file, TableSchemaJson.toJson(schema));
    Path export =
        export()
            .view(Window.View.NEW_IMAGE)
            .deleted("{\"pk\":{\"S\":\"secret\"},\"Sort Key\":{\"N\":\"1.5\"}}")
            .write();
    Dataset<Row> changes = load(export, "schema", file.toString());
    assertThatThrownBy(() -> rows(changes, "sort"))
        .satisfies(
            failure ->
                assertThat(SparkFailures.unwrapped(failure))
                    .isInstanceOf(DataRefusedException.class)
                    .hasMessageContaining("the key of a deleted item does not fit its column")
                    .hasMessageNotContaining("secret"));
    assertThat(rows(load(export), "sort_key")).contains("[1.5]");
  }

  @Test
  void aWindowWithoutAChangeHasNoRows() {
    assertThat(load(IncrementalExport.in(temp).write()).collectAsList()).isEmpty();
  }

  @Test
  void whatCannotBeReadSaysWhy() {
    Path full = ExportFixture.in(temp).file("{\"Item\":" + A + "}").write();
    assertThatThrownBy(() -> load(full))
        .isInstanceOf(ExportFormatException.class)
        .hasMessageContaining("it is a full export and holds items");
    Path export = export().write();
    assertThatThrownBy(() -> spark.read().format("dynamodb-export").load(export.toString()))
        .isInstanceOf(ExportFormatException.class)
        .hasMessageContaining("it is incremental and holds changes");
    assertThatThrownBy(() -> load(export, "exportTime", "2026-11-18T03:20:00Z"))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("choose it with exportId");
    IncrementalExport second =
        export()
            .window(
                IncrementalExport.FROM.plusSeconds(86_400), Instant.parse("2026-11-20T00:00:00Z"));
    second.write();
    assertThatThrownBy(() -> load(export.getParent()))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("there are 2 incremental exports");
    assertThat(load(export.getParent(), "exportId", second.exportId()).count()).isEqualTo(3);
    Path clash =
        IncrementalExport.in(temp.resolve("clash"))
            .keys("old")
            .inserted("{\"old\":{\"S\":\"a\"}}")
            .write();
    assertThatThrownBy(() -> load(clash))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("the key has a column 'old'");
  }
}
