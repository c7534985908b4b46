package io.dynamodblake.lake.write;

import io.dynamodblake.export.ReadProgress;
import io.dynamodblake.lake.OutputFormat;
import io.dynamodblake.lake.RunReport;
import io.dynamodblake.schema.KeyAttribute;
import io.dynamodblake.type.Descriptor;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.SparkSession;

/** Flattens into a table of Iceberg or changes it, in a process of its own, which can be killed. */
public final class IcebergMain {
  /** System property: the catalog of Spark that the table is in; in the folder without it. */
  static final String CATALOG = "iceberg.catalog";

  private IcebergMain() {}

  /** Arguments: {@code flatten} or a merge mode, export, lake. */
  public static void main(String[] arguments) {
    SparkSession spark = SparkSession.builder().getOrCreate();
    RunReport report =
        arguments[0].equals("flatten")
            ? new Flatten(spark, flatten(arguments[1], arguments[2])).run(ReadProgress.NONE)
            : new Apply(spark, apply(arguments[0], arguments[1], arguments[2]))
                .run(ReadProgress.NONE);
    System.out.println(report.toJson());
    spark.stop();
  }

  static FlattenOptions flatten(String export, String lake) {
    FlattenOptions.Builder options =
        FlattenOptions.builder(export, lake, "orders")
            .withKeys(List.of(new KeyAttribute("pk", Descriptor.S)))
            .partitionedBy(List.of("bucket(2,pk)"))
            .as(OutputFormat.ICEBERG);
    Optional.ofNullable(System.getProperty(CATALOG))
        .ifPresent(catalog -> options.inCatalog(catalog).inDatabase("shop"));
    return options.build();
  }

  static ApplyOptions apply(String mode, String changes, String lake) {
    return ApplyOptions.builder(List.of(changes), lake)
        .merging(ApplyOptions.MergeMode.valueOf(mode))
        .build();
  }
}
