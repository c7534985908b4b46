package io.dynamodblake.lake.input;

import io.dynamodblake.io.hadoop.LakeFiles;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.catalyst.catalog.HiveTableRelation;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.execution.datasources.FileStatusWithMetadata;
import org.apache.spark.sql.execution.datasources.HadoopFsRelation;
import org.apache.spark.sql.execution.datasources.LogicalRelation;
import org.apache.spark.sql.execution.datasources.PartitionDirectory;
import org.apache.spark.sql.sources.DataSourceRegister;
import scala.collection.JavaConverters;

/**
 * The files that a table or view is read from. Driver only.
 *
 * @param files sorted by path
 * @param folder whole path of the folder of the table, empty if there is more than one
 * @param complete whether all that is read is in these files
 * @param lenient whether it is text in which Spark reads what it does not understand as null, and
 *     nobody has chosen that
 */
record TableFiles(List<FileStatus> files, String folder, boolean complete, boolean lenient) {
  private static final Set<String> LENIENT_FORMATS = Set.of("csv", "json");
  private static final String MODE = "mode";

  /**
   * Looks the files up.
   *
   * @param analyzed what reads them
   */
  static TableFiles of(LogicalPlan analyzed, Configuration configuration) throws IOException {
    TreeMap<String, FileStatus> files = new TreeMap<>();
    Set<String> folders = new HashSet<>();
    boolean complete = true;
    boolean lenient = false;
    for (LogicalPlan leaf : JavaConverters.seqAsJavaList(analyzed.collectLeaves())) {
      if (leaf instanceof LogicalRelation logical
          && logical.relation() instanceof HadoopFsRelation relation) {
        JavaConverters.seqAsJavaList(relation.location().rootPaths())
            .forEach(root -> folders.add(root.toString()));
        for (FileStatus file : listed(relation)) {
          files.put(file.getPath().toString(), file);
        }
        lenient = lenient || isLenient(relation);
      } else if (leaf instanceof HiveTableRelation relation
          && relation.tableMeta().storage().locationUri().isDefined()) {
        Path root = new Path(relation.tableMeta().location());
        folders.add(root.toString());
        for (FileStatus file : below(root, configuration)) {
          files.put(file.getPath().toString(), file);
        }
        // partitions may lie elsewhere
        complete = complete && relation.partitionCols().isEmpty();
      } else {
        complete = false;
      }
    }
    String folder = folders.size() == 1 ? folders.iterator().next() : "";
    return new TableFiles(List.copyOf(files.values()), folder, complete, lenient);
  }

  private static List<FileStatus> listed(HadoopFsRelation relation) {
    List<FileStatus> files = new ArrayList<>();
    scala.collection.immutable.List<org.apache.spark.sql.catalyst.expressions.Expression> all =
        scala.collection.immutable.List$.MODULE$.empty();
    for (PartitionDirectory partition :
        JavaConverters.seqAsJavaList(relation.location().listFiles(all, all))) {
      for (FileStatusWithMetadata file : JavaConverters.seqAsJavaList(partition.files())) {
        files.add(file.fileStatus());
      }
    }
    return files;
  }

  private static List<FileStatus> below(Path root, Configuration configuration) throws IOException {
    return root.getFileSystem(configuration).exists(root)
        ? new LakeFiles(configuration).filesBelow(root.toString())
        : List.of();
  }

  private static boolean isLenient(HadoopFsRelation relation) {
    boolean chosen =
        JavaConverters.mapAsJavaMap(relation.options()).keySet().stream()
            .anyMatch(key -> key.toLowerCase(Locale.ROOT).equals(MODE));
    return !chosen
        && relation.fileFormat() instanceof DataSourceRegister format
        && LENIENT_FORMATS.contains(format.shortName());
  }
}
