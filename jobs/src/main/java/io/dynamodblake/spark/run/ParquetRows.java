package io.dynamodblake.spark.run;

import io.dynamodblake.spark.convert.ScalaCollections;
import io.dynamodblake.spark.convert.SparkLine;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.spark.paths.SparkPath;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.execution.datasources.FileFormat;
import org.apache.spark.sql.execution.datasources.FileStatusWithMetadata;
import org.apache.spark.sql.execution.datasources.HadoopFsRelation;
import org.apache.spark.sql.execution.datasources.PartitionDirectory;
import org.apache.spark.sql.execution.datasources.PartitionedFile;
import org.apache.spark.sql.execution.datasources.parquet.ParquetFileFormat;
import org.apache.spark.sql.sources.BaseRelation;
import org.apache.spark.sql.sources.Filter;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import scala.Function1;
import scala.Tuple2;

/**
 * Rows of Parquet files as Spark's reader gives them, each with its position in its file, without
 * Spark's planner: for passes over few columns or few files, which planning and the code generated
 * for them would cost more than the reading. Made on the driver, used by tasks.
 */
public final class ParquetRows implements Serializable {
  private static final long serialVersionUID = 1L;

  private static final long MOST_BYTES_OF_SHARE = 128L << 20;
  // what opening a file costs, in bytes that are read meanwhile
  private static final long BYTES_OF_OPENING = 4L << 20;

  private final Function1<PartitionedFile, scala.collection.Iterator<InternalRow>> reader;
  private final int[] ordinals; // of the columns in the rows of the reader
  private final DataType[] types;
  private final int position;
  private final transient List<File> files;

  private ParquetRows(
      Function1<PartitionedFile, scala.collection.Iterator<InternalRow>> reader,
      int[] ordinals,
      DataType[] types,
      int position,
      List<File> files) {
    this.reader = reader;
    this.ordinals = ordinals;
    this.types = types;
    this.position = position;
    this.files = files;
  }

  private record File(int number, FileStatus status, InternalRow partition) {}

  /**
   * Part of a file, or all of it.
   *
   * @param file its number
   * @param path for messages
   */
  public record Part(int file, String path, PartitionedFile piece) implements Serializable {
    private static final long serialVersionUID = 1L;
  }

  /**
   * Prepares the reading.
   *
   * @param relation that {@link ListedParquet} made
   * @param numbered files by whose order those of the relation, which are among them, are numbered
   * @param columns names of columns of the relation
   */
  public static ParquetRows of(
      BaseRelation relation, List<FileStatus> numbered, List<String> columns) {
    HadoopFsRelation parquet = (HadoopFsRelation) relation;
    StructType inFolders = parquet.partitionSchema();
    List<String> folders = List.of(inFolders.fieldNames());
    StructType inFiles = new StructType();
    for (String column : columns) {
      if (!folders.contains(column)) {
        inFiles = inFiles.add(parquet.dataSchema().apply(column));
      }
    }
    int position = inFiles.size();
    inFiles =
        inFiles.add(ParquetFileFormat.ROW_INDEX_TEMPORARY_COLUMN_NAME(), DataTypes.LongType, true);
    List<StructField> all = new ArrayList<>(List.of(inFiles.fields()));
    all.addAll(List.of(inFolders.fields()));
    List<String> names = all.stream().map(StructField::name).toList();
    int[] ordinals = columns.stream().mapToInt(names::indexOf).toArray();
    Map<String, String> rowByRow = new HashMap<>();
    scala.collection.Iterator<Tuple2<String, String>> given = parquet.options().iterator();
    while (given.hasNext()) {
      Tuple2<String, String> option = given.next();
      rowByRow.put(option._1(), option._2());
    }
    rowByRow.put(FileFormat.OPTION_RETURNING_BATCH(), "false");
    scala.collection.immutable.Map<String, String> options = SparkLine.map(rowByRow);
    Configuration configuration =
        parquet.sparkSession().sessionState().newHadoopConfWithOptions(options);
    return new ParquetRows(
        parquet
            .fileFormat()
            .buildReaderWithPartitionValues(
                parquet.sparkSession(),
                parquet.dataSchema(),
                inFolders,
                inFiles,
                ScalaCollections.seq(List.<Filter>of()),
                options,
                configuration),
        ordinals,
        Arrays.stream(ordinals).mapToObj(i -> all.get(i).dataType()).toArray(DataType[]::new),
        position,
        listed(parquet, numbered));
  }

  private static List<File> listed(HadoopFsRelation parquet, List<FileStatus> numbered) {
    Map<Path, Integer> numbers = new HashMap<>();
    for (int i = 0; i < numbered.size(); i++) {
      numbers.put(numbered.get(i).getPath(), i);
    }
    List<File> listed = new ArrayList<>();
    for (PartitionDirectory folder :
        ScalaCollections.list(
            parquet
                .location()
                .listFiles(ScalaCollections.seq(List.of()), ScalaCollections.seq(List.of())))) {
      for (FileStatusWithMetadata file : ScalaCollections.list(folder.files())) {
        FileStatus status = file.fileStatus();
        listed.add(
            new File(
                Objects.requireNonNull(numbers.get(status.getPath())), status, folder.values()));
      }
    }
    return listed;
  }

  /**
   * Deals the files to tasks, large ones in parts.
   *
   * @param atOnce how many tasks run at the same time
   */
  public List<List<Part>> shares(int atOnce) {
    long bytes = files.stream().mapToLong(file -> file.status().getLen() + BYTES_OF_OPENING).sum();
    long most =
        Math.min(MOST_BYTES_OF_SHARE, Math.max(BYTES_OF_OPENING, bytes / Math.max(1, atOnce) + 1));
    List<List<Part>> shares = new ArrayList<>();
    List<Part> share = new ArrayList<>();
    long ofShare = 0;
    for (File file : files) {
      long length = file.status().getLen();
      for (long start = 0; start < length; start += most) {
        long part = Math.min(most, length - start);
        if (!share.isEmpty() && ofShare + part > most) {
          shares.add(share);
          share = new ArrayList<>();
          ofShare = 0;
        }
        share.add(part(file, start, part));
        ofShare += part + BYTES_OF_OPENING;
      }
    }
    if (!share.isEmpty()) {
      shares.add(share);
    }
    return shares;
  }

  /** Returns all files, each whole. */
  public List<Part> whole() {
    return files.stream().map(file -> part(file, 0, file.status().getLen())).toList();
  }

  private static Part part(File file, long start, long length) {
    FileStatus status = file.status();
    return new Part(
        file.number(),
        status.getPath().toString(),
        new PartitionedFile(
            file.partition(),
            SparkPath.fromFileStatus(status),
            start,
            length,
            new String[0],
            status.getModificationTime(),
            status.getLen(),
            scala.collection.immutable.Map$.MODULE$.empty()));
  }

  /**
   * Opens a part, in a task, at whose end it is closed. A row is valid until the next one.
   *
   * @throws io.dynamodblake.schema.DataRefusedException if the file is damaged, also later
   */
  public Iterator<InternalRow> open(Part part) {
    scala.collection.Iterator<InternalRow> rows;
    try {
      rows = reader.apply(part.piece());
    } catch (RuntimeException e) {
      throw DamagedParquet.orOther(part.path(), e);
    }
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        try {
          return rows.hasNext();
        } catch (RuntimeException e) {
          throw DamagedParquet.orOther(part.path(), e);
        }
      }

      @Override
      public InternalRow next() {
        try {
          return rows.next();
        } catch (RuntimeException e) {
          throw DamagedParquet.orOther(part.path(), e);
        }
      }
    };
  }

  /** Returns where a column stands in the rows that are read. */
  public int ordinal(int column) {
    return ordinals[column];
  }

  /** Returns the type of a column. */
  public DataType type(int column) {
    return types[column];
  }

  /** Returns the position of a row in its file, from 0. */
  public long position(InternalRow row) {
    return row.getLong(position);
  }

  /** Returns the columns of a row in their order, which are valid as long as it is. */
  public GenericInternalRow columns(InternalRow row) {
    Object[] values = new Object[ordinals.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = row.isNullAt(ordinals[i]) ? null : row.get(ordinals[i], types[i]);
    }
    return new GenericInternalRow(values);
  }
}
