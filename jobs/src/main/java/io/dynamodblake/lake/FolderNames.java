package io.dynamodblake.lake;

import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.udf;

import io.dynamodblake.schema.PartitionColumn;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.api.java.UDF2;
import org.apache.spark.sql.catalyst.catalog.ExternalCatalogUtils;
import org.apache.spark.sql.expressions.UserDefinedFunction;
import org.apache.spark.sql.types.DataTypes;

/**
 * Which texts a partition folder can be named after, on every store alike: those without NUL, that
 * do not stand for null, and whose folder {@code name=value}, escaped as Hive does, is not longer
 * than file systems and S3 allow.
 *
 * @param mostBytes of one folder's name
 */
record FolderNames(int mostBytes) {
  /** What file systems and HDFS allow. */
  static final int LONGEST_NAME = 255;

  /** What S3 allows for a key, from behind the bucket. */
  private static final int LONGEST_KEY = 1_024;

  /** For the name of a data file, and the folder it has until its task has ended. */
  private static final int FILE_BYTES = 256;

  /** The longest text of what is no text: a decimal of 38 digits. */
  private static final int LONGEST_SCALAR = 45;

  /**
   * The rule for the folders of a snapshot: what is left of the longest key is shared by the
   * columns whose values may be long.
   */
  static FolderNames below(String folder, List<PartitionColumn> partitions) {
    int room = LONGEST_KEY - FILE_BYTES - bytes(new Path(folder).toUri().getPath());
    int texts = 0;
    for (PartitionColumn partition : partitions) {
      if (PartitionExpressions.isText(partition)) {
        texts++;
        room--;
      } else {
        room -= bytes(partition.name()) + 1 + LONGEST_SCALAR + 1;
      }
    }
    return new FolderNames(texts == 0 ? 0 : Math.min(LONGEST_NAME, room / texts));
  }

  /** Whether a folder can be named after the value of a text column; null if it is null. */
  Column canName(String column, Column value) {
    int most = mostBytes;
    UserDefinedFunction rule =
        udf(
            (UDF2<String, String, Boolean>)
                (name, text) -> text == null ? null : canName(name, text, most),
            DataTypes.BooleanType);
    return rule.apply(lit(column), value);
  }

  private static boolean canName(String column, String text, int mostBytes) {
    return !text.isEmpty()
        && !text.equals(PartitionExpressions.NULL_VALUE)
        && text.indexOf('\0') < 0
        // before it is made longer by escapes
        && text.length() <= mostBytes
        && bytes(ExternalCatalogUtils.getPartitionPathString(column, text)) <= mostBytes;
  }

  private static int bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }
}
