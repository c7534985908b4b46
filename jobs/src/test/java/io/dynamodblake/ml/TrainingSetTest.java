package io.dynamodblake.ml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.dynamodblake.conf.UsageException;
import io.dynamodblake.export.ReadProgress;
import io.dynamodblake.lake.write.Flatten;
import io.dynamodblake.lake.write.FlattenOptions;
import io.dynamodblake.schema.DataRefusedException;
import io.dynamodblake.schema.KeyAttribute;
import io.dynamodblake.testing.ExportFixture;
import io.dynamodblake.testing.SparkTest;
import io.dynamodblake.type.Descriptor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sets of one snapshot: what becomes a feature, what is said of it, and what is written how. */
class TrainingSetTest extends TrainingTest {
  private static final int ITEMS = 600;
  private static final Instant SHOWN = Instant.parse("2024-11-18T03:20:00Z");

  @TempDir static Path shared;

  @Override
  protected Path from() {
    return shared.resolve("lake");
  }

  /** Sixty groups of ten items, the last one with an attribute in a form of its own. */
  @BeforeAll
  static void flatten() throws IOException {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < ITEMS; i++) {
      lines.add(line(i));
    }
    Path export =
        ExportFixture.in(shared.resolve("bucket")).exportTime(SHOWN).items(lines, 2).write();
    Path schema = shared.resolve("schema.json");
    Files.writeString(
        schema,
        """
        {"format":"dynamodb-lake-schema","version":1,"table":"orders",
         "keys":[{"attribute":"pk","descriptor":"S"},{"attribute":"sk","descriptor":"N"}],"columns":[
          {"name":"pk","attribute":"pk","descriptor":"S","type":"string"},
          {"name":"sk","attribute":"sk","descriptor":"N","type":"bigint"},
          {"name":"label","attribute":"label","descriptor":"BOOL","type":"boolean"},
          {"name":"amount","attribute":"amount","descriptor":"N","type":"decimal(18,1)"},
          {"name":"price","attribute":"price","descriptor":"N","type":"bigint"},
          {"name":"color","attribute":"color","descriptor":"S","type":"string"},
          {"name":"note","attribute":"note","descriptor":"S","type":"string"},
          {"name":"email","attribute":"email","protect":"hash","descriptor":"S","type":"string"},
          {"name":"secret","attribute":"secret","drop":true,"descriptor":"S","type":"string"},
          {"name":"always","attribute":"always","descriptor":"S","type":"string"},
          {"name":"state","attribute":"state","descriptor":"S","type":"string"},
          {"name":"created","attribute":"created","descriptor":"N","type":"timestamp","from":"epoch-seconds"},
          {"name":"shipto","attribute":"shipTo","descriptor":"M","type":"struct","fields":[
            {"name":"country","attribute":"country","descriptor":"S","type":"string"},
            {"name":"zip","attribute":"zip","descriptor":"N","type":"bigint"}]},
          {"name":"tags","attribute":"tags","descriptor":"SS","type":"array","element":{"descriptor":"S","type":"string"}},
          {"name":"gift","attribute":"gift","descriptor":"BOOL","type":"boolean"}]}
        """);
    new Flatten(
            SparkTest.session(),
            FlattenOptions.builder(export.toString(), shared.resolve("lake").toString(), "orders")
                .withKeys(
                    List.of(
                        new KeyAttribute("pk", Descriptor.S), new KeyAttribute("sk", Descriptor.N)))
                .withSchemaFile(schema.toString())
                .build())
        .run(ReadProgress.NONE);
  }

  private static String line(int i) {
    boolean label = i % 3 == 0;
    StringBuilder line = new StringBuilder("{\"Item\":{");
    line.append("\"pk\":{\"S\":\"C#%d\"},\"sk\":{\"N\":\"%d\"}".formatted(i / 10, i % 10));
    line.append(",\"label\":{\"BOOL\":%s}".formatted(label));
    line.append(",\"amount\":{\"N\":\"%d.1\"}".formatted(i * 7919L % 1000));
    line.append(",\"price\":{\"N\":\"%d\"}".formatted(i % 100));
    line.append(
        ",\"color\":{\"S\":\"%s\"}".formatted(List.of("red", "green", "blue").get(i % 7 % 3)));
    line.append(",\"note\":{\"S\":\"text %d of somebody\"}".formatted(i));
    line.append(",\"email\":{\"S\":\"%d@example.com\"}".formatted(i));
    line.append(",\"secret\":{\"S\":\"s%d\"}".formatted(i));
    line.append(",\"always\":{\"S\":\"same\"}");
    line.append(",\"state\":{\"S\":\"%s\"}".formatted(label ? "closed" : "open"));
    line.append(",\"created\":{\"N\":\"%d\"}".formatted(SHOWN.getEpochSecond() - 3600L * i));
    line.append(
        ",\"shipTo\":{\"M\":{\"country\":{\"S\":\"%s\"},\"zip\":{\"N\":\"%d\"}}}"
            .formatted(i % 2 == 0 ? "DE" : "FR", i == 0 ? 77 : i % 50));
    line.append(
        ",\"tags\":{\"SS\":[%s]}"
            .formatted(
                String.join(
                    ",",
                    IntStream.rangeClosed(0, i % 4).mapToObj(t -> "\"t" + t + "\"").toList())));
    if (i % 4 != 0) {
      line.append(",\"gift\":{\"BOOL\":%s}".formatted(i % 5 == 0));
    }
    return line.append("}}").toString();
  }

  @Test
  void everyPlaceIsAFeatureOrHasAReason() throws Exception {
    Wanted wanted = new Wanted();
    wanted.carried = List.of("sk");
    TrainingReport report = make(wanted);

    JsonNode schema = json(set().resolve("schema.json"));
    assertThat(schema.path("columns"))
        .extracting(
            column ->
                "%s %s %s %s"
                    .formatted(
                        column.path("role").asText(),
                        column.path("name").asText(),
                        column.path("kind").asText(),
                        column.path("type").asText()))
        .containsExactlyInAnyOrder(
            "label label class boolean",
            "carried sk  bigint",
            "feature amount number double",
            "feature color category string",
            "feature created__age seconds double",
            "feature gift boolean boolean",
            "feature price integer bigint",
            "feature shipto__country category string",
            "feature shipto__zip integer bigint",
            "feature state category string",
            "feature tags__len integer bigint");
    assertThat(schema.path("unused"))
        .extracting(place -> place.path("from").asText() + ": " + place.path("reason").asText())
        .containsExactlyInAnyOrder(
            "pk: key of the table",
            "sk: key of the table",
            "label: the label",
            "email: protected: hash",
            "secret: not in the lake",
            "always: the same value in all rows of train",
            "note: near-unique text: about %1$d different ones in %1$d rows of train"
                .formatted(manifest().path("split").path("train").path("rows").asInt()));
    assertThat(report.warnings())
        .containsExactly(
            "'state' alone foretells the label nearly without fault: it is probably written with the label or after it; exclude it unless you know better",
            "label and features are of one moment, 2024-11-18T03:20:00Z: whatever was written with the label or after it is in them");
    assertThat(report.greatestError()).isBetween(1e-18, 1.2e-16);
    assertThat(json(set().resolve("vocab/color.json")).path("valuesFromOne"))
        .extracting(JsonNode::asText)
        .containsExactlyInAnyOrder("red", "green", "blue");
    for (String file : filesBelow(set())) {
      if (!file.endsWith(".parquet")) {
        assertThat(Files.readString(set().resolve(file))).doesNotContain("example.com");
      }
    }
    assertThat(filesBelow(set())).noneMatch(file -> file.startsWith("_"));
    checkSplits((SplitRule.OfGroup) wanted.split);
  }

  /** By the age of a row one finds its item, and by the item its group. */
  private void checkSplits(SplitRule.OfGroup rule) {
    int rows = 0;
    for (int split = 0; split < SplitRule.NAMES.size(); split++) {
      for (String age : rowsOf(SplitRule.NAMES.get(split), "cast(created__age / 3600 as int)")) {
        String key = "C#" + Integer.parseInt(age.substring(1, age.length() - 1)) / 10;
        String group = "S%d:%s".formatted(key.length(), key);
        assertThat(DocumentedSplit.split(rule, group)).as(key).isEqualTo(split);
        rows++;
      }
    }
    assertThat(rows).isEqualTo(ITEMS);
  }

  @Test
  void statisticsAndEncodingsComeFromTrainAlone() {
    Wanted wanted = new Wanted();
    wanted.features = List.of("price", "shipto__country", "gift");
    wanted.encoded = true;
    wanted.maxCategories = 2;
    make(wanted);

    JsonNode statistics = json(set().resolve("stats.json"));
    Row train =
        spark
            .read()
            .parquet(set().resolve("data") + "/train-*")
            .selectExpr(
                "count(1)",
                "min(price)",
                "max(price)",
                "avg(price)",
                "stddev(price)",
                "min(label)",
                "max(label)")
            .first();
    JsonNode price = feature(statistics, "features", "price").path("train");
    assertThat(price.path("present").asLong()).isEqualTo(train.getLong(0));
    assertThat(price.path("min").asDouble()).isEqualTo(train.getDouble(1));
    assertThat(price.path("mean").asDouble())
        .isCloseTo(train.getDouble(3), org.assertj.core.data.Offset.offset(1e-9));
    assertThat(price.path("deviation").asDouble())
        .isCloseTo(train.getDouble(4), org.assertj.core.data.Offset.offset(1e-9));
    assertThat(List.of(train.getInt(5), train.getInt(6))).containsExactly(0, 1);
    assertThat(
            feature(json(set().resolve("schema.json")), "columns", "gift")
                .path("missing")
                .asDouble())
        .isZero();
    assertThat(rowsOf("test", "min(gift)", "max(gift)", "min(shipto__country)"))
        .containsExactly("[0,1,1]");
  }

  @Test
  void sagemakerGetsTheLabelFirstNoHeaderAndNumbersAlone() throws Exception {
    Wanted wanted = new Wanted();
    wanted.features = List.of("color", "price", "gift");
    wanted.format = TrainingOptions.Format.SAGEMAKER_CSV;
    make(wanted);

    assertThat(filesBelow(set()))
        .contains(
            "train/train-00000-of-00001.csv",
            "validation/validation-00000-of-00001.csv",
            "test/test-00000-of-00001.csv",
            "train/categorical_index.json",
            "vocab/color.json");
    assertThat(Files.readString(set().resolve("train/categorical_index.json")))
        .contains("\"cat_index_list\" : [\n    1,\n    3\n  ]");
    List<String> lines = Files.readAllLines(set().resolve("train/train-00000-of-00001.csv"));
    assertThat(lines).allMatch(line -> line.matches("[01],[1-3],\\d+\\.0,[01]"));
    assertThat(lines.size()).isEqualTo(manifest().path("split").path("train").path("rows").asInt());
  }

  @Test
  void aSetIsSplitByTimeWithAGapAndGroupsAreLeftToTheirLastSplit() {
    Wanted wanted = new Wanted();
    wanted.timeColumn = Optional.of("created");
    wanted.exclude = List.of("state");
    wanted.split =
        SplitRule.ofTime(List.of(SHOWN.minus(Duration.ofHours(305))), Duration.ofHours(2), true);
    make(wanted);

    // an hour an item, ten items a group: of group 30 six are test, two lie in the gap
    JsonNode rows = manifest().path("rows");
    assertThat(manifest().path("split").path("test").path("rows").asInt()).isEqualTo(306);
    assertThat(rows.path("leftOut").path("inGap").asInt()).isEqualTo(2);
    assertThat(rows.path("leftOut").path("straddling").asInt()).isEqualTo(2);
    assertThat(manifest().path("split").path("train").path("rows").asInt()).isEqualTo(290);
    assertThat(manifest().path("split").has("validation")).isFalse();
  }

  @Test
  void whatCannotBeASetIsRefusedAndNothingIsLeftBehind() {
    assertThatThrownBy(
            () -> {
              Wanted missing = new Wanted();
              missing.label = "labels";
              make(missing);
            })
        .isInstanceOf(UsageException.class)
        .hasMessage(
            "Cannot use --label 'labels': no such attribute or column; did you mean 'label'?");
    assertThatThrownBy(
            () -> {
              Wanted constant = new Wanted();
              constant.label = "always";
              make(constant);
            })
        .isInstanceOf(DataRefusedException.class)
        .hasMessageStartingWith(
            "Cannot make a training set: the label has the same value in all rows");
    assertThatThrownBy(
            () -> {
              Wanted inFeatures = new Wanted();
              inFeatures.features = List.of("price", "label");
              make(inFeatures);
            })
        .isInstanceOf(UsageException.class)
        .hasMessage(
            "Cannot use the feature 'label': it is the label itself; take it out of --features");
    assertThatThrownBy(
            () -> {
              Wanted secret = new Wanted();
              secret.label = "email";
              make(secret);
            })
        .isInstanceOf(UsageException.class)
        .hasMessageStartingWith("Cannot use --label 'email': the column is protected (hash)");
    assertThatThrownBy(
            () -> {
              Wanted secret = new Wanted();
              secret.features = List.of("email");
              make(secret);
            })
        .isInstanceOf(UsageException.class)
        .hasMessage("Cannot use --features 'email': it is no feature: protected: hash");
    assertThatThrownBy(
            () -> {
              Wanted few = new Wanted();
              few.where = Optional.of("pk = 'C#1'");
              make(few);
            })
        .isInstanceOf(DataRefusedException.class)
        .hasMessage(
            "Cannot make a training set: none of 10 rows is in validation; there are too few groups for its share; give it more with --split, or smaller groups with --group");
    assertThat(set()).doesNotExist();
  }

  @Test
  void aFolderWithSomethingElseIsLeftAloneAndAFinishedSetUnlessItMayBeReplaced()
      throws IOException {
    Wanted wanted = new Wanted();
    wanted.features = List.of("price");
    Files.createDirectories(set());
    Files.writeString(set().resolve("precious.txt"), "mine");
    assertThatThrownBy(() -> make(wanted))
        .isInstanceOf(UsageException.class)
        .hasMessageStartingWith(
            "Cannot write the training set: the folder holds something else, at ");
    Files.delete(set().resolve("precious.txt"));
    assertThatThrownBy(() -> make(wanted, from().resolve("set")))
        .isInstanceOf(UsageException.class)
        .hasMessageEndingWith("is in the folder of the lake table; choose one elsewhere");
    // what a run that was killed has left
    Files.createDirectories(set().resolve("_building/data"));
    Files.createDirectories(set().resolve("data"));
    Files.writeString(set().resolve("data/train-00000-of-00009.parquet"), "half");

    make(wanted);
    assertThat(filesBelow(set())).doesNotContain("data/train-00000-of-00009.parquet");
    assertThatThrownBy(() -> make(wanted))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("there is a finished one at ")
        .hasMessageEndingWith("; choose another folder, or take its place with --replace");
  }

  @Test
  void labelsThatASnapshotMustNotKnowAreRefused() throws IOException {
    Path file = temp.resolve("labels.csv");
    Wanted wanted = new Wanted();
    wanted.labels = Optional.of(file.toString());
    wanted.label = "bought";
    Files.writeString(file, "pk,sk,label_time,bought\nC#1,1,2024-11-18T03:19:59Z,1\n");
    assertThatThrownBy(() -> make(wanted))
        .isInstanceOf(DataRefusedException.class)
        .hasMessage(
            "Cannot use the snapshot: it shows the table at 2024-11-18T03:20:00Z, and of 1 labels at least one is of an earlier time, which must not know that; give --from history, or --snapshot of an earlier one");
    Files.writeString(file, "pk,sk,label_time,bought\nC#1,1,9999-01-01T00:00:00Z,1\n");
    assertThatThrownBy(() -> make(wanted))
        .isInstanceOf(DataRefusedException.class)
        .hasMessageContaining("at least one of 1 is of a time that is still to come");
  }

  @Test
  void aGroupWithMostOfTheRowsAndClassesThatASplitLacksAreTold() throws IOException {
    Wanted wanted = new Wanted();
    wanted.label = "shipTo.zip";
    wanted.kind = TrainingOptions.LabelKind.CLASS;
    wanted.features = List.of("price", "color");
    wanted.group = List.of("color");
    wanted.split = SplitRule.ofGroup("4", List.of("60", "20", "20"));
    assertThat(make(wanted).warnings())
        .contains(
            "1 of 51 classes does not occur in validation",
            "1 of 51 classes does not occur in test",
            "the largest group has 43 % of all rows, and is in one split",
            "'price' alone foretells the label nearly without fault: it is probably written with the label or after it; exclude it unless you know better");
    assertThat(Files.readString(set().resolve("card.html")))
        .contains("<title>Training set of orders – dynamodb-lake</title>", "class=\"warn\"");
  }
}
