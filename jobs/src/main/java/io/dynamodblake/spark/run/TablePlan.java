package io.dynamodblake.spark.run;

import io.dynamodblake.spark.convert.ScalaCollections;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.catalog.HiveTableRelation;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.plans.logical.Filter;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.Project;
import org.apache.spark.sql.catalyst.plans.logical.SubqueryAlias;
import org.apache.spark.sql.catalyst.plans.logical.View;
import org.apache.spark.sql.execution.datasources.FileStatusWithMetadata;
import org.apache.spark.sql.execution.datasources.HadoopFsRelation;
import org.apache.spark.sql.execution.datasources.LogicalRelation;
import org.apache.spark.sql.execution.datasources.PartitionDirectory;
import org.apache.spark.sql.sources.DataSourceRegister;

/**
 * What Spark has found behind the name of a table or view: of what it is made, and which files are
 * read for it. Driver only.
 */
public final class TablePlan {
  private final LogicalPlan analyzed;

  private TablePlan(LogicalPlan analyzed) {
    this.analyzed = analyzed;
  }

  /** Returns how these rows are read. */
  public static TablePlan of(Dataset<Row> rows) {
    return new TablePlan(rows.queryExecution().analyzed());
  }

  /** What rows are made of at the bottom of a plan. */
  public sealed interface Source permits ListedFiles, HiveFolder, Unknown {}

  /**
   * Files that one of Spark's own formats reads.
   *
   * @param roots whole paths of what was named for reading
   * @param files all that would be read
   * @param format short name of the format, if it has one
   * @param options names of the options that the reader was given
   */
  public record ListedFiles(
      List<Path> roots, List<FileStatus> files, Optional<String> format, Set<String> options)
      implements Source {}

  /**
   * A table of Hive that Hive's own classes read.
   *
   * @param partitioned whether parts of it may lie elsewhere
   */
  public record HiveFolder(Path root, boolean partitioned) implements Source {}

  /** Anything else. */
  public record Unknown() implements Source {}

  /** Returns what is read, in the order of the plan. */
  public List<Source> sources() {
    List<Source> sources = new ArrayList<>();
    for (LogicalPlan leaf : ScalaCollections.list(analyzed.collectLeaves())) {
      if (leaf instanceof LogicalRelation logical
          && logical.relation() instanceof HadoopFsRelation relation) {
        sources.add(listed(relation));
      } else if (leaf instanceof HiveTableRelation relation
          && relation.tableMeta().storage().locationUri().isDefined()) {
        boolean partitioned = !relation.partitionCols().isEmpty();
        sources.add(new HiveFolder(new Path(relation.tableMeta().location()), partitioned));
      } else {
        sources.add(new Unknown());
      }
    }
    return sources;
  }

  private static ListedFiles listed(HadoopFsRelation relation) {
    List<FileStatus> files = new ArrayList<>();
    List<Expression> all = List.of();
    for (PartitionDirectory partition :
        ScalaCollections.list(
            relation.location().listFiles(ScalaCollections.seq(all), ScalaCollections.seq(all)))) {
      for (FileStatusWithMetadata file : ScalaCollections.list(partition.files())) {
        files.add(file.fileStatus());
      }
    }
    Optional<String> format =
        relation.fileFormat() instanceof DataSourceRegister registered
            ? Optional.of(registered.shortName())
            : Optional.empty();
    Set<String> options =
        ScalaCollections.list(relation.options().keys().toSeq()).stream()
            .collect(Collectors.toSet());
    return new ListedFiles(
        ScalaCollections.list(relation.location().rootPaths()), files, format, options);
  }

  /** Whether the name is that of a view. */
  public boolean isView() {
    return isView(analyzed);
  }

  private static boolean isView(LogicalPlan plan) {
    return plan instanceof View || plan instanceof SubqueryAlias alias && isView(alias.child());
  }

  /** Whether each row comes of one row that was read just before. */
  public boolean isRowByRow() {
    return isRowByRow(analyzed);
  }

  private static boolean isRowByRow(LogicalPlan plan) {
    boolean simple =
        plan.children().isEmpty()
            || plan instanceof View
            || plan instanceof SubqueryAlias
            || plan instanceof Project
            || plan instanceof Filter;
    return simple
        && ScalaCollections.list(plan.children()).stream().allMatch(TablePlan::isRowByRow);
  }

  /**
   * Returns the same text for the same plan in whatever session, which numbers expressions anew.
   */
  public String text() {
    return analyzed.treeString().replaceAll("#\\d+L?", "");
  }
}
