package io.dynamodblake.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.dynamodblake.export.ReadProgress;
import io.dynamodblake.lake.LakeTest;
import io.dynamodblake.lake.OutputFormat;
import io.dynamodblake.lake.write.Apply;
import io.dynamodblake.lake.write.ApplyOptions;
import io.dynamodblake.schema.KeyAttribute;
import io.dynamodblake.testing.IncrementalExport;
import io.dynamodblake.type.Descriptor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Row;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The views of {@code sql/history} on a history that flatten and apply have made. */
class HistorySqlTest extends LakeTest {
  private static final Path FOLDER = Path.of("../sql/history");
  private static final Instant T0 = IncrementalExport.FROM; // 03:20
  private static final Instant T1 = T0.plusSeconds(3600);
  private static final Instant T2 = T1.plusSeconds(3600);

  private static String image(String sk, String status) {
    return "{\"pk\":{\"S\":\"C#1\"},\"sk\":{\"S\":\"%s\"},\"status\":{\"S\":\"%s\"}}"
        .formatted(sk, status);
  }

  private IncrementalExport window(Instant from, Instant to) {
    return IncrementalExport.in(temp.resolve("bucket"))
        .exportId("%014d-0a1b2c3d".formatted(to.toEpochMilli()))
        .keys("pk", "sk")
        .window(from, to);
  }

  private static IncrementalExport.Change change(
      String sk, String old, String now, Instant written) {
    return new IncrementalExport.Change(
        "{\"pk\":{\"S\":\"C#1\"},\"sk\":{\"S\":\"%s\"}}".formatted(sk),
        Optional.ofNullable(old).map(status -> image(sk, status)),
        Optional.ofNullable(now).map(status -> image(sk, status)),
        written.getEpochSecond() * 1_000_000);
  }

  private List<String> run(String file) throws IOException {
    String sql =
        Files.readString(FOLDER.resolve(file))
            .replace("CREATE OR REPLACE VIEW lake.", "CREATE OR REPLACE TEMPORARY VIEW ")
            .replace("lake.orders", "orders");
    return spark.sql(sql).collectAsList().stream().map(Row::toString).toList();
  }

  @ParameterizedTest
  @EnumSource(names = {"PARQUET", "ICEBERG"})
  void validityStateChangesAndFeaturesComeOfTheHistory(OutputFormat format) throws IOException {
    flatten(
        options(
                export()
                    .file(
                        "{\"Item\":%s}".formatted(image("O#1", "new")),
                        "{\"Item\":%s}".formatted(image("O#2", "new")))
                    .write())
            .withKeys(
                List.of(new KeyAttribute("pk", Descriptor.S), new KeyAttribute("sk", Descriptor.S)))
            .as(format)
            .withHistory(true));
    window(T0, T1)
        .change(change("O#1", "new", "paid", T0.plusSeconds(600)))
        .change(change("O#3", null, "new", T0.plusSeconds(1200)))
        .change(change("O#2", "new", null, T0.plusSeconds(3000)))
        .write();
    window(T1, T2).change(change("O#1", "paid", "sent", T1.plusSeconds(60))).write();
    new Apply(
            spark,
            ApplyOptions.builder(
                    List.of(temp.resolve("bucket/nightly/orders").toString()), lake().toString())
                .build())
        .run(ReadProgress.NONE);
    spark
        .read()
        .format("dynamodb-lake")
        .option("history", "true")
        .load(lake().toString())
        .createOrReplaceTempView("orders_history");

    assertThat(run("validity.sql")).isEmpty();
    assertThat(
            spark
                .sql(
                    "SELECT sk, status, date_format(valid_from, 'HH:mm'), date_format(valid_to, 'HH:mm') FROM orders_validity ORDER BY sk, valid_from")
                .collectAsList())
        .extracting(Row::toString)
        .containsExactly(
            "[O#1,new,03:20,03:30]",
            "[O#1,paid,03:30,04:21]",
            "[O#1,sent,04:21,null]",
            "[O#2,new,03:20,04:10]",
            "[O#3,new,03:40,null]");
    assertThat(run("state-at.sql"))
        .containsExactly("[C#1,O#1,paid]", "[C#1,O#2,new]", "[C#1,O#3,new]");
    assertThat(run("changes-of-key.sql"))
        .extracting(row -> row.substring(row.indexOf(',') + 1))
        .containsExactly("snapshot,new]", "update,paid]", "update,sent]");
    assertThat(run("feature-store.sql")).isEmpty();
    assertThat(
            spark
                .sql(
                    "SELECT status FROM (SELECT *, row_number() OVER (PARTITION BY record_id ORDER BY event_time DESC, write_time DESC) AS n FROM orders_features) WHERE n = 1 AND NOT is_deleted ORDER BY record_id")
                .collectAsList())
        .extracting(Row::toString)
        .as("as Feature Store's own queries take the newest that is not deleted")
        .containsExactly("[sent]", "[new]");
  }
}
