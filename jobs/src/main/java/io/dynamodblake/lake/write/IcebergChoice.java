package io.dynamodblake.lake.write;

import io.dynamodblake.conf.FlattenKeys;
import io.dynamodblake.conf.UsageException;
import io.dynamodblake.export.ExportManifest;
import io.dynamodblake.lake.IcebergName;
import io.dynamodblake.lake.IcebergReader;
import io.dynamodblake.lake.IcebergVersion;
import io.dynamodblake.lake.OutputFormat;
import io.dynamodblake.lake.iceberg.IcebergTable;
import io.dynamodblake.schema.DataRefusedException;
import java.util.Optional;
import org.apache.spark.sql.SparkSession;

/** Which table of Iceberg the options of a flatten mean. */
final class IcebergChoice {
  private static final String TAG = "export_";

  private IcebergChoice() {}

  /**
   * Looks at the options, before anything is read.
   *
   * @throws UsageException if they contradict each other, or Iceberg is not there
   */
  static void check(FlattenOptions options) {
    if (options.format() == OutputFormat.ICEBERG) {
      IcebergReader.find(); // refuses before anything is written
      return;
    }
    if (options.catalog().isPresent() || options.tag().isPresent()) {
      throw new UsageException(
          "Cannot use %s: that is about tables of Iceberg; add %s, or leave it out"
              .formatted(
                  options
                      .words()
                      .of(options.catalog().isPresent() ? FlattenKeys.CATALOG : FlattenKeys.TAG),
                  options.words().of(FlattenKeys.FORMAT, OutputFormat.ICEBERG.key())));
    }
  }

  /**
   * Says where a table is.
   *
   * @param target the table, which may be one of several
   * @param table its name in catalogs
   */
  static IcebergTarget.Where where(
      FlattenOptions options, ExportManifest export, LakeTarget target, String table) {
    if (options.format() != OutputFormat.ICEBERG) {
      return new IcebergTarget.Where(Optional.empty(), Optional.empty(), Optional.empty());
    }
    // the next run need not say again where the table is
    Optional<IcebergName> known =
        target
            .current()
            .flatMap(current -> current.snapshot().iceberg())
            .flatMap(IcebergVersion::table);
    Optional<IcebergName> named =
        options
            .catalog()
            .map(
                catalog ->
                    new IcebergName(
                        catalog,
                        FlattenOptions.databaseOr(
                            options.database().or(() -> known.map(IcebergName::database))),
                        table));
    return new IcebergTarget.Where(
        named.or(() -> known),
        export.tableArn().or(() -> target.lake().flatMap(current -> current.facts().arn())),
        options.tag().map(kept -> new IcebergTable.Tag(TAG + export.exportId(), kept)));
  }

  /**
   * Makes sure that the lake table does not go on in another table, while readers of the one that
   * it has been in see nothing of it.
   *
   * @throws UsageException if it would
   * @throws DataRefusedException if that one is gone, or another is in its place
   */
  static void requireSameTable(
      SparkSession spark, FlattenOptions options, LakeTarget target, IcebergTarget.Where where) {
    Optional<IcebergVersion> published =
        target.current().flatMap(current -> current.snapshot().iceberg());
    if (published.isEmpty() || options.replace()) {
      return;
    }
    if (!published.get().table().equals(where.name())) {
      throw new UsageException(
          "Cannot write lake table: Iceberg keeps it %s, not %s; leave %s and %s as they were, or give %s to begin another table"
              .formatted(
                  text(published.get().table(), target),
                  text(where.name(), target),
                  options.words().of(FlattenKeys.CATALOG),
                  options.words().of(FlattenKeys.DATABASE),
                  options.words().of(FlattenKeys.REPLACE)));
    }
    boolean there =
        IcebergTable.find(spark, target.layout(), where.name())
            .filter(table -> table.isOf(published.get()))
            .isPresent();
    if (!there) {
      throw new DataRefusedException(
          "Cannot write lake table: the table of Iceberg that it was published in is gone, or another one is in its place, %s; put its metadata back, or give %s to begin another table"
              .formatted(text(where.name(), target), options.words().of(FlattenKeys.REPLACE)));
    }
  }

  private static String text(Optional<IcebergName> name, LakeTarget target) {
    return name.map(known -> "as " + known).orElse("in " + target.layout().root());
  }
}
