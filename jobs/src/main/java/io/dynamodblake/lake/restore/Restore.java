package io.dynamodblake.lake.restore;

import io.dynamodblake.conf.RestoreKeys;
import io.dynamodblake.conf.UsageException;
import io.dynamodblake.export.ReadProgress;
import io.dynamodblake.io.hadoop.LakeFiles;
import io.dynamodblake.lake.LakeLayout;
import io.dynamodblake.schema.DataRefusedException;
import io.dynamodblake.schema.TableSchema;
import io.dynamodblake.spark.write.ImportTableRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import org.apache.spark.sql.SparkSession;

/**
 * The way back: a snapshot of a lake table in, files for {@code ImportTable} and the request for it
 * out. All rows are checked before any is written; either every one of them is an item that
 * DynamoDB takes, or there is no request. Driver only.
 */
public final class Restore {
  private final SparkSession spark;
  private final RestoreOptions options;
  private final LakeFiles files;

  /** Makes a job that has not begun. */
  public Restore(SparkSession spark, RestoreOptions options) {
    this.spark = spark;
    this.options = options;
    this.files = new LakeFiles(spark.sessionState().newHadoopConf());
  }

  /**
   * Runs the job. The request is checked before anything is read.
   *
   * @return the report, which is also kept in the target folder
   * @throws UsageException if the options contradict the lake table or the folder, the request is
   *     none that DynamoDB takes, or columns cannot be restored and that is not allowed
   * @throws DataRefusedException if rows are no items, share a key, or none is left of them
   * @throws UncheckedIOException if a file system fails
   */
  public RestoreReport run(ReadProgress progress) {
    try {
      RestoreFolder folder =
          new RestoreFolder(files, new LakeLayout(files.qualify(options.target())).root());
      ImportTableRequest.Wishes wishes =
          new ImportTableRequest.Wishes(
              options.table(),
              options.bucket(),
              options.prefix(),
              RestoreSource.text(
                  files, options.indexesFile(), options.words().of(RestoreKeys.INDEXES)),
              options.words().of(RestoreKeys.INDEXES),
              options.words());
      wishes.check(options.keys(), folder.data());
      progress.phase("Looking at the data", -1);
      RestoreSource source = RestoreSource.open(spark, files, options);
      ImportTableRequest request =
          ImportTableRequest.of(
                  wishes
                      .orNamed(source.input().table())
                      .orIndexed(
                          source.table().flatMap(KeptTable::indexes),
                          options.words().of(RestoreKeys.SETTINGS)),
                  source.keys(),
                  options.format(),
                  options.compression(),
                  folder.data())
              .withColumnsOf(source.input().schema(), options.words());
      RestoreRun run = new RestoreRun(spark, files, options, folder, source, request, progress);
      Optional<RestoreReport> before = run.written();
      if (before.isPresent()) {
        return before.get();
      }
      folder.clear();
      return run.write();
    } catch (IOException e) {
      throw new UncheckedIOException(e.getMessage(), e);
    }
  }

  /**
   * Finds out the schema that the data would be restored with, to be edited and given to another
   * run. Writes nothing.
   *
   * @return the schema
   * @throws UsageException if the data brings its schema along
   */
  public TableSchema propose(ReadProgress progress) {
    try {
      progress.phase("Looking at the data", -1);
      return RestoreSource.propose(spark, files, options);
    } catch (IOException e) {
      throw new UncheckedIOException(e.getMessage(), e);
    }
  }
}
