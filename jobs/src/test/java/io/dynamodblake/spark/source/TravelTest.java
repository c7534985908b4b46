package io.dynamodblake.spark.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.dynamodblake.export.DataFile;
import io.dynamodblake.export.FileAccount;
import io.dynamodblake.export.ReadOptions;
import io.dynamodblake.export.ReadProgress;
import io.dynamodblake.export.RecordFormat;
import io.dynamodblake.export.Window;
import io.dynamodblake.flatten.HashKey;
import io.dynamodblake.schema.Column;
import io.dynamodblake.schema.KeyAttribute;
import io.dynamodblake.schema.LakeType;
import io.dynamodblake.schema.ProfileLimits;
import io.dynamodblake.schema.TableSchema;
import io.dynamodblake.schema.ValueMapping;
import io.dynamodblake.spark.convert.SparkTypes;
import io.dynamodblake.spark.read.BadRecordPolicy;
import io.dynamodblake.spark.read.FileAccounts;
import io.dynamodblake.spark.read.ReadMode;
import io.dynamodblake.spark.read.ReadPlan;
import io.dynamodblake.spark.run.JavaBytes;
import io.dynamodblake.testing.Serialization;
import io.dynamodblake.type.Descriptor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What goes to executors and comes back is the same afterwards. */
class TravelTest {
  private static final ValueMapping TEXT = ValueMapping.Scalar.of(Descriptor.S, LakeType.STRING);
  private static final TableSchema SCHEMA =
      new TableSchema(
          "orders",
          List.of(new KeyAttribute("pk", Descriptor.S)),
          List.of(
              Column.of("pk", "pk", TEXT),
              Column.of(
                  "m",
                  "M",
                  new ValueMapping.Struct(
                      List.of(
                          new ValueMapping.Field("a", "A", new ValueMapping.OpenMap(TEXT)),
                          new ValueMapping.Field(
                              "l",
                              "l",
                              new ValueMapping.Sequence(
                                  Descriptor.L, new ValueMapping.DynamoJson(Descriptor.N))))))));
  private static final DataFile FILE =
      new DataFile(3, "s3a://bucket/key", "key", 12, "1B2M2Y8AsgTpgAmY7PhCfg==", -1);

  @Test
  void plansAndPartitionsTravel() {
    ReadPlan plan =
        new ReadPlan(
            SCHEMA,
            RecordFormat.ION,
            SparkTypes.toStruct(SCHEMA),
            ReadOptions.defaults(),
            ReadMode.PERMISSIVE,
            "_corrupt_record",
            5,
            "",
            7,
            HashKey.of(new byte[HashKey.LEAST_BYTES]));
    ExportInputPartition partition = new ExportInputPartition(List.of(FILE, FILE));

    assertThat(Serialization.roundTrip(plan)).isEqualTo(plan).hasSameHashCodeAs(plan);
    assertThat(Serialization.roundTrip(partition)).isEqualTo(partition);
    assertThat(Serialization.roundTrip(new ExportReaderFactory(new ItemRows.Plan(plan), null)))
        .isInstanceOf(ExportReaderFactory.class);
    ChangeRowPlan changes =
        new ChangeRowPlan(
            SCHEMA,
            SCHEMA,
            SCHEMA,
            RecordFormat.ION,
            Window.View.NEW_IMAGE,
            SparkTypes.toStruct(SCHEMA),
            ReadOptions.defaults(),
            ReadMode.PERMISSIVE,
            "",
            5);
    assertThat(Serialization.roundTrip(changes)).isEqualTo(changes).hasSameHashCodeAs(changes);
    assertThat(Serialization.roundTrip(BadRecordPolicy.FAIL)).isEqualTo(BadRecordPolicy.FAIL);
    assertThat(Serialization.roundTrip(ProfileLimits.DEFAULT)).isEqualTo(ProfileLimits.DEFAULT);
  }

  @Test
  void bytesOfJavaSerializationComeBack() {
    ArrayList<DataFile> files = new ArrayList<>(List.of(FILE));

    assertThat((Object) JavaBytes.to(ArrayList.class, JavaBytes.of(files))).isEqualTo(files);
  }

  @Test
  void accountsOfARepeatedTaskReplaceTheFirstOnes() {
    List<Long> heard = new ArrayList<>();
    FileAccounts driver =
        new FileAccounts(
            new ReadProgress() {
              @Override
              public void phase(String name, long totalItems, long totalStoredBytes) {}

              @Override
              public void read(long items, long storedBytes) {
                heard.add(items);
                heard.add(storedBytes);
              }
            });
    FileAccount first = new FileAccount(1, 10, 1, 0, 100, 50, true, Map.of("c", 2L));
    FileAccount other = new FileAccount(0, 5, 0, 0, 60, 30, true, Map.of());
    FileAccounts task = driver.copyAndReset();
    task.add(first);
    FileAccounts repeated = driver.copyAndReset();
    repeated.add(first);
    repeated.add(other);

    driver.merge(task);
    driver.merge(repeated);

    assertThat(driver.value()).containsExactly(other, first);
    assertThat(heard).containsExactly(11L, 50L, 16L, 80L);
    assertThat(driver.copyAndReset().isZero()).isTrue();
    assertThat(driver.copy().value()).isEqualTo(driver.value());
  }
}
