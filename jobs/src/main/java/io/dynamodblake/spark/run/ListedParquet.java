package io.dynamodblake.spark.run;

import io.dynamodblake.spark.convert.ScalaCollections;
import io.dynamodblake.spark.convert.SparkLine;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.hadoop.ParquetInputFormat;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.execution.datasources.FileIndexOptions;
import org.apache.spark.sql.execution.datasources.FileStatusCache;
import org.apache.spark.sql.execution.datasources.HadoopFsRelation;
import org.apache.spark.sql.execution.datasources.InMemoryFileIndex;
import org.apache.spark.sql.execution.datasources.parquet.ParquetFileFormat;
import org.apache.spark.sql.sources.BaseRelation;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import scala.Option;
import scala.Some;

/**
 * Files of Parquet that were listed already, as Spark reads its own Parquet: its planner prunes
 * columns and partitions and pushes filters down. Exactly these files are read, whatever else comes
 * into the folder, and nothing can be inserted. Driver only.
 */
public final class ListedParquet {
  private ListedParquet() {}

  /**
   * Settings for files of Iceberg's writer: their footers do not say that days before 1582 and
   * times before 1900 are meant as they stand, and Spark would refuse to read these.
   */
  public static final Map<String, String> TIMES_AS_THEY_STAND =
      Map.of("datetimeRebaseMode", "CORRECTED");

  /**
   * Makes the relation of some files.
   *
   * @param folder whole path below which steps of paths name partitions
   * @param files all below it that is to be read
   * @param columns of the files and of the partitions
   * @param partitions names of the columns that paths tell, in the order of the steps
   * @param settings Hadoop's, for this use alone
   */
  public static BaseRelation relation(
      SparkSession session,
      String folder,
      List<FileStatus> files,
      StructType columns,
      List<String> partitions,
      Map<String, String> settings) {
    Map<String, String> options = new HashMap<>(settings);
    if (partitions.isEmpty()) {
      // whatever folders they lie in, which tell nothing
      options.put(FileIndexOptions.RECURSIVE_FILE_LOOKUP(), "true");
    }
    options.put(ParquetInputFormat.PAGE_VERIFY_CHECKSUM_ENABLED, "true");
    scala.collection.immutable.Map<String, String> scalaOptions = SparkLine.map(options);
    InMemoryFileIndex index =
        new InMemoryFileIndex(
            session,
            ScalaCollections.seq(List.of(new Path(folder))),
            scalaOptions,
            new Some<>(columns),
            new Listed(files.toArray(FileStatus[]::new)),
            Option.empty(),
            Option.empty());
    return new HadoopFsRelation(
        SparkLine.readOnly(index, folder),
        ofFolders(columns, partitions),
        ofFiles(columns, partitions),
        Option.empty(),
        new ParquetFileFormat(),
        scalaOptions,
        session);
  }

  /**
   * In the order of the steps, by which values of a path are told apart, and not in the table's.
   */
  private static StructType ofFolders(StructType columns, List<String> partitions) {
    StructType some = new StructType();
    for (String name : partitions) {
      some = some.add(columns.apply(name));
    }
    return some;
  }

  private static StructType ofFiles(StructType columns, List<String> partitions) {
    StructType some = new StructType();
    for (StructField column : columns.fields()) {
      if (!partitions.contains(column.name())) {
        some = some.add(column);
      }
    }
    return some;
  }

  /** Answers what would else be listed again. */
  private static final class Listed extends FileStatusCache {
    private final FileStatus[] files;

    Listed(FileStatus[] files) {
      this.files = files;
    }

    @Override
    public Option<FileStatus[]> getLeafFiles(Path root) {
      return new Some<>(files);
    }

    @Override
    public void putLeafFiles(Path root, FileStatus[] listed) {}

    @Override
    public void invalidateAll() {}
  }
}
