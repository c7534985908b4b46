package io.dynamodblake.lake.items;

import io.dynamodblake.conf.RestoreKeys;
import io.dynamodblake.conf.UsageException;
import io.dynamodblake.conf.Words;
import io.dynamodblake.export.ExportLocator;
import io.dynamodblake.export.ExportManifest;
import io.dynamodblake.export.ExportSelection;
import io.dynamodblake.export.ReadOptions;
import io.dynamodblake.io.ObjectStore;
import io.dynamodblake.io.hadoop.HadoopObjectStore;
import io.dynamodblake.io.hadoop.LakeFiles;
import io.dynamodblake.lake.Lake;
import io.dynamodblake.lake.LakeLayout;
import io.dynamodblake.lake.input.LakeTables;
import io.dynamodblake.spark.scan.TableItems;
import io.dynamodblake.spark.write.ImportLayout;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;

/** Finds out what kind of items lies at a path. Driver only. */
final class ItemPlaces {
  private static final Pattern LOOKS_LIKE_TABLE = Pattern.compile("[A-Za-z0-9_-]{3,255}");
  private static final Pattern CSV_FILE =
      Pattern.compile("\\.csv(\\.(gz|zst|zstd))?$", Pattern.CASE_INSENSITIVE);

  private ItemPlaces() {}

  static ItemSet open(
      SparkSession spark, String action, Side side, ReadOptions options, long taskBytes)
      throws IOException {
    if (side.table().isPresent()) {
      return new ItemsOfTable(side.table().get(), new TableItems(spark, side.table().get()));
    }
    Configuration configuration = spark.sessionState().newHadoopConf();
    ObjectStore store = new HadoopObjectStore(configuration);
    String root = new LakeLayout(qualified(store, action, side.path())).root();
    if (store.exists(new LakeLayout(root).current())) {
      Lake lake = Lake.open(new LakeFiles(configuration), root);
      return new ItemsOfLake(
          spark,
          action,
          LakeTables.open(spark, lake, side.snapshot(), Optional.empty(), options.words()));
    }
    if (side.snapshot().isPresent()) {
      throw new UsageException(
          "Cannot %s snapshot '%s': only lake tables have snapshots, and there is none at %s"
              .formatted(action, side.snapshot().get(), root));
    }
    Optional<String> report = Optional.empty();
    for (String name : ImportLayout.REPORTS) {
      if (store.exists(root + "/" + name)) {
        report = Optional.of(root + "/" + name);
      }
    }
    boolean restored = report.isPresent() || store.exists(ImportLayout.request(root));
    String folder = restored ? ImportLayout.data(root) : root;
    List<ObjectStore.Entry> files = store.list(folder);
    if (files.isEmpty() && LOOKS_LIKE_TABLE.matcher(side.path()).matches()) {
      throw new UsageException(
          "Cannot %s: there is nothing at %s; if %s is a DynamoDB table, %s"
              .formatted(
                  action,
                  root,
                  side.path(),
                  action.equals(ItemSet.COMPARE)
                      ? "write dynamodb://" + side.path()
                      : "export or scan it first"));
    }
    if (files.stream().anyMatch(file -> isCsv(file.name()))) {
      throw new UsageException(
          "Cannot %s: CSV has lost the types of the items, in %s; restore with %s or ion, flatten as Parquet"
              .formatted(action, folder, Words.RESTORE.of(RestoreKeys.FORMAT, "dynamodb-json")));
    }
    ExportManifest manifest =
        new ExportLocator(store, options).locate(folder, ExportSelection.newest());
    return new ItemsOfExport(spark, configuration, manifest, options, taskBytes, restored, report);
  }

  private static boolean isCsv(String name) {
    return CSV_FILE.matcher(name).find();
  }

  private static String qualified(ObjectStore store, String action, String path)
      throws IOException {
    try {
      return store.qualify(path);
    } catch (IllegalArgumentException e) {
      throw new UsageException(
          "Cannot %s '%s': it is no path; give one such as s3://bucket/prefix or a local folder"
              .formatted(action, path.replaceAll("\\p{Cntrl}", "?")),
          e);
    }
  }
}
