package io.dynamodblake.lake.write;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dynamodblake.export.ReadProgress;
import io.dynamodblake.lake.LakeTable;
import io.dynamodblake.lake.LakeTest;
import io.dynamodblake.lake.OutputFormat;
import io.dynamodblake.lake.RunReport;
import io.dynamodblake.schema.KeyAttribute;
import io.dynamodblake.testing.IncrementalExport;
import io.dynamodblake.testing.RestCatalog;
import io.dynamodblake.type.Descriptor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Predicate;
import org.apache.iceberg.rest.requests.UpdateTableRequest;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Lake tables in a REST catalog of Iceberg that does no more than those of AWS, and sometimes loses
 * its answer.
 */
class IcebergRestTest extends LakeTest {
  private static final List<KeyAttribute> PK = List.of(new KeyAttribute("pk", Descriptor.S));
  private static final String NUMBER_1 = "\"n\":{\"N\":\"1\"}";

  private RestCatalog catalog;
  private SparkSession session;

  @BeforeEach
  void start() throws IOException {
    catalog = RestCatalog.in(temp.resolve("warehouse"));
    session = catalog.session("rest");
  }

  @AfterEach
  void stop() throws IOException {
    catalog.close();
  }

  private Path first() {
    return export().file(item("a", NUMBER_1), item("b")).write();
  }

  private Path later(String... lines) {
    return export()
        .exportId("01731986400000-ffffffff")
        .exportTime(Instant.parse("2026-11-19T03:20:00Z"))
        .file(lines)
        .write();
  }

  private FlattenOptions.Builder rest(Path export) {
    return options(export)
        .withKeys(PK)
        .as(OutputFormat.ICEBERG)
        .inCatalog("rest")
        .inDatabase("shop");
  }

  private RunReport run(FlattenOptions.Builder options) {
    return new Flatten(session, options.build()).run(ReadProgress.NONE);
  }

  private List<String> shown() {
    return session.sql("select pk, n from rest.shop.orders order by pk").collectAsList().stream()
        .map(Object::toString)
        .toList();
  }

  private List<String> ofTheLake() {
    return LakeTable.open(session, lake().toString())
        .rows()
        .orderBy("pk")
        .selectExpr("pk", "n")
        .collectAsList()
        .stream()
        .map(Object::toString)
        .toList();
  }

  private RunReport apply(ApplyOptions.MergeMode mode) {
    Path changes =
        IncrementalExport.in(temp.resolve("bucket"))
            .exportId("01731990000000-0a1b2c3d")
            .keys("pk")
            .window(IncrementalExport.FROM, IncrementalExport.FROM.plusSeconds(3600))
            .deleted("{\"pk\":{\"S\":\"a\"}," + NUMBER_1 + "}")
            .inserted("{\"pk\":{\"S\":\"c\"},\"n\":{\"N\":\"3\"}}")
            .write();
    return new Apply(
            session,
            ApplyOptions.builder(List.of(changes.toString()), lake().toString())
                .merging(mode)
                .build())
        .run(ReadProgress.NONE);
  }

  @ParameterizedTest
  @EnumSource(ApplyOptions.MergeMode.class)
  void aTableIsMadeReplacedAndChangedWithoutBranchesOrStagedTables(ApplyOptions.MergeMode mode) {
    Path before =
        export()
            .exportId("01731800000000-eeeeeeee")
            .exportTime(IncrementalExport.FROM.minusSeconds(3600))
            .file(item("old"))
            .write();
    run(rest(before).partitionedBy(List.of("bucket(2,pk)")));
    run(rest(first()).partitionedBy(List.of("bucket(2,pk)")).taggedFor(Duration.ofDays(7)));
    assertThat(shown()).containsExactly("[a,1]", "[b,null]");

    apply(mode);

    assertThat(shown()).containsExactly("[b,null]", "[c,3]").isEqualTo(ofTheLake());
    assertThat(catalog.refused()).isEmpty();
    assertThat(catalog.table("shop", "orders").refs())
        .containsOnlyKeys("export_01731900000000-0a1b2c3d", "main");
  }

  private enum Loss {
    OF_STAGING,
    OF_PUBLISHING;

    private Predicate<UpdateTableRequest> which() {
      return this == OF_STAGING ? RestCatalog::stages : RestCatalog::publishes;
    }
  }

  @ParameterizedTest
  @EnumSource(Loss.class)
  void anAnswerThatIsLostIsFoundOutAndTheRowsAreThereOnce(Loss loss) {
    run(rest(first()));

    catalog.loseTheAnswerTo(loss.which());
    RunReport changed = apply(ApplyOptions.MergeMode.COPY_ON_WRITE);
    catalog.hangUpAt(loss.which());
    RunReport replaced = run(rest(later(item("y", NUMBER_1), item("z"))));

    assertThat(changed.status()).isEqualTo(RunReport.Status.PUBLISHED);
    assertThat(replaced.status()).isEqualTo(RunReport.Status.PUBLISHED);
    assertThat(shown()).containsExactly("[y,1]", "[z,null]").isEqualTo(ofTheLake());
    assertThat(catalog.table("shop", "orders").snapshots()).hasSize(3);
    assertThat(run(rest(later(item("y", NUMBER_1), item("z")))).status())
        .isEqualTo(RunReport.Status.UNCHANGED);
  }

  @Test
  void commitsOfOthersInTheSameMomentAreNoFailureAndTheRowsAreThereOnce() {
    String partition = "bucket(2,pk)";
    run(rest(first()).partitionedBy(List.of(partition)));
    Path wider = later(item("y", NUMBER_1, "\"new\":{\"BOOL\":true}"), item("z"));
    List<Predicate<UpdateTableRequest>> steps =
        List.of(RestCatalog::evolves, RestCatalog::stages, RestCatalog::publishes);

    for (Predicate<UpdateTableRequest> step : steps) {
      catalog.overtakeAt(step);
      RunReport report = run(rest(wider).partitionedBy(List.of(partition)).replacing(true));

      assertThat(report.status()).isEqualTo(RunReport.Status.PUBLISHED);
      assertThat(catalog.hasOvertaken()).isTrue();
      assertThat(shown()).containsExactly("[y,1]", "[z,null]").isEqualTo(ofTheLake());
    }
  }

  @Test
  void anAnswerThatIsLostWhenColumnsComeEndsWithoutHarmAndTheSameCommandCompletes() {
    run(rest(first()));
    Path wider = later(item("z", NUMBER_1, "\"new\":{\"BOOL\":true}"));

    catalog.loseTheAnswerTo(request -> !RestCatalog.stages(request));
    try {
      run(rest(wider));
    } catch (RuntimeException e) {
      assertThat(ofTheLake()).containsExactly("[a,1]", "[b,null]");
      run(rest(wider));
    }

    assertThat(shown()).containsExactly("[z,1]").isEqualTo(ofTheLake());
  }

  @ParameterizedTest
  @ValueSource(strings = {"pk", "bucket(2,pk)"})
  void aColumnGoesWithTheSnapshotThatLacksItAndNotWithARunThatFails(String partition)
      throws IOException {
    run(rest(first()));
    Files.move(lake(), temp.resolve("away")); // so that no schema asks for the column any more
    FlattenOptions.Builder without =
        rest(later(item("z")))
            .partitionedBy(partition.equals("pk") ? List.of() : List.of(partition));
    ReadProgress failing =
        new ReadProgress() {
          @Override
          public void phase(String name, long totalItems, long totalStoredBytes) {
            if (name.equals("Checking")) {
              throw new IllegalStateException("killed");
            }
          }

          @Override
          public void read(long items, long storedBytes) {}
        };

    assertThatThrownBy(() -> new Flatten(session, without.build()).run(failing))
        .hasMessageContaining("killed");
    assertThat(catalog.table("shop", "orders").schema().findField("n")).isNotNull();
    assertThat(shown()).containsExactly("[a,1]", "[b,null]");
    run(without);

    assertThat(session.sql("select pk from rest.shop.orders").collectAsList()).hasToString("[[z]]");
    assertThat(catalog.table("shop", "orders").schema().findField("n")).isNull();
  }
}
