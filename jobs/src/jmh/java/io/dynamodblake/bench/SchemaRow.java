package io.dynamodblake.bench;

import io.dynamodblake.export.ExportLocator;
import io.dynamodblake.export.ExportManifest;
import io.dynamodblake.export.ExportSelection;
import io.dynamodblake.export.ReadOptions;
import io.dynamodblake.export.ReadProgress;
import io.dynamodblake.io.hadoop.HadoopObjectStore;
import io.dynamodblake.schema.Profile;
import io.dynamodblake.schema.ProfileLimits;
import io.dynamodblake.spark.read.BadRecordPolicy;
import io.dynamodblake.spark.read.ProfilePass;
import java.io.IOException;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.types.StructType;

/**
 * The pass over all items that finds their types, against Spark's JSON inference over all lines,
 * and against gunzip and Jackson's tokens alone, which find nothing.
 */
final class SchemaRow implements Row {
  private static final double MOST_OF_SPARK = 0.45;
  private static final double MOST_OF_JACKSON = 0.90;
  private static final long TASK_BYTES = 256L << 20; // as flatten has it by default
  private static final String OURS = "dynamodb-lake";
  private static final String SPARK = "Spark";
  private static final String JACKSON = "Jackson";

  @Override
  public Result measure(Workshop workshop) throws Exception {
    SparkFlatten spark = new SparkFlatten(workshop.spark(), workshop.schema());
    JacksonTokens jackson = new JacksonTokens(workshop.export().resolve("data"));
    check(workshop, pass(workshop), spark.infer(workshop.export()), jackson.items());
    Contest contest =
        workshop.contest(
            "schema pass",
            new Contest.Side(OURS, target -> pass(workshop)),
            new Contest.Side(SPARK, target -> spark.infer(workshop.export())),
            new Contest.Side(JACKSON, target -> jackson.items()));
    return Result.of(
        contest.line(
            "schema pass over all items, against Spark's JSON inference over all items",
            OURS,
            SPARK,
            MOST_OF_SPARK),
        contest.line(
            "schema pass, against gunzip and Jackson tokens on 2 threads",
            OURS,
            JACKSON,
            MOST_OF_JACKSON));
  }

  private static Profile pass(Workshop workshop) throws IOException {
    Configuration configuration = workshop.spark().sessionState().newHadoopConf();
    ReadOptions reading = ReadOptions.defaults();
    ExportManifest manifest =
        new ExportLocator(new HadoopObjectStore(configuration), reading)
            .locate(workshop.export().toString(), ExportSelection.newest());
    return new ProfilePass(
            workshop.spark(),
            configuration,
            reading,
            BadRecordPolicy.FAIL,
            ProfileLimits.DEFAULT,
            TASK_BYTES)
        .run(manifest, ReadProgress.NONE)
        .profile();
  }

  private static void check(Workshop workshop, Profile ours, StructType spark, long jacksonItems) {
    Set<String> observed = new TreeSet<>(ours.attributes().keySet());
    StructType item = (StructType) spark.apply("Item").dataType();
    Set<String> inferred = new TreeSet<>(Arrays.asList(item.fieldNames()));
    if (!observed.equals(inferred)) {
      throw new IllegalStateException(
          "Spark infers "
              + inferred.size()
              + " attributes and the schema pass finds "
              + observed.size());
    }
    long items = workshop.arguments().items();
    if (ours.items() != items || jacksonItems != items) {
      throw new IllegalStateException(
          "Of " + items + " items the pass saw " + ours.items() + ", Jackson " + jacksonItems);
    }
  }
}
