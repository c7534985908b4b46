package io.dynamodblake.lake.items;

import com.fasterxml.jackson.databind.JsonNode;
import io.dynamodblake.document.JsonDocuments;
import io.dynamodblake.export.ExportManifest;
import io.dynamodblake.export.ReadOptions;
import io.dynamodblake.io.hadoop.LakeFiles;
import io.dynamodblake.lake.TableFacts;
import io.dynamodblake.lake.Wholeness;
import io.dynamodblake.schema.DataRefusedException;
import io.dynamodblake.schema.KeyAttribute;
import io.dynamodblake.spark.read.ExportItems;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.SparkSession;

/**
 * An export, or data files without a manifest.
 *
 * @param restored whether they were written to be imported
 * @param report path of the report of whoever did that
 */
record ItemsOfExport(
    SparkSession spark,
    Configuration configuration,
    ExportManifest manifest,
    ReadOptions options,
    long taskBytes,
    boolean restored,
    Optional<String> report)
    implements ItemSet {
  @Override
  public String kind() {
    String what =
        manifest.hasManifest()
            ? "export " + manifest.exportId()
            : restored ? "import files" : "data files";
    return what + ", " + manifest.recordFormat().words();
  }

  @Override
  public long promised() {
    return manifest.itemCount();
  }

  @Override
  public Wholeness wholeness(long items) throws IOException {
    if (!restored) {
      return Wholeness.of(manifest);
    }
    if (report.isEmpty()) {
      return Wholeness.doubt(Wholeness.NO_REPORT);
    }
    return readReport()
        .map(tree -> Wholeness.ofImport(tree, items))
        .orElseGet(() -> Wholeness.doubt(Wholeness.NO_REPORT));
  }

  private Optional<JsonNode> readReport() throws IOException {
    return report.isEmpty()
        ? Optional.empty()
        : new LakeFiles(configuration).read(report.get()).flatMap(JsonDocuments::parseObject);
  }

  @Override
  public void requireWritten(String action, long items) throws IOException {
    Optional<String> lacking = readReport().flatMap(tree -> Wholeness.lacking(tree, items));
    if (lacking.isPresent()) {
      throw new DataRefusedException(
          "Cannot %s: %s, in %s; copy or write them again, or give that folder to take what is there"
              .formatted(action, lacking.get(), manifest.root()));
    }
  }

  @Override
  public TableFacts facts() {
    return restored ? TableFacts.UNKNOWN : TableFacts.UNKNOWN.with(manifest);
  }

  @Override
  public List<KeyAttribute> keys() {
    return manifest.keys().stream().map(KeyAttribute::parse).toList();
  }

  @Override
  public List<String> notes() {
    return restored ? List.of() : manifest.warnings();
  }

  @Override
  public <T> JavaRDD<T> items(ExportItems.Maker<T> maker) throws IOException {
    return ExportItems.of(spark, configuration, manifest, options, taskBytes, maker);
  }
}
