package io.dynamodblake.spark.source;

import io.dynamodblake.export.ExportManifest;
import io.dynamodblake.export.Window;
import io.dynamodblake.schema.TableSchema;
import io.dynamodblake.spark.read.ChangeDecoder;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** Rows that are changes: {@link ChangeColumns}. */
record ChangeRows(ExportManifest manifest, ExportReadConf conf, ChangeColumns columns)
    implements RowPlanner {

  @Override
  public RowPlan plan(StructType required, int limit) {
    TableSchema newImage = none();
    TableSchema oldImage = none();
    StructField[] fields = required.fields().clone();
    for (int i = 0; i < fields.length; i++) {
      String name = fields[i].name().toLowerCase(Locale.ROOT);
      if (name.equals(ChangeDecoder.NEW)) {
        ColumnPruning pruning = pruned(columns.newImage(), fields[i]);
        newImage = pruning.schema();
        fields[i] = withType(fields[i], pruning.rowType());
      } else if (name.equals(ChangeDecoder.OLD)) {
        ColumnPruning pruning = pruned(columns.oldImage(), fields[i]);
        oldImage = pruning.schema();
        fields[i] = withType(fields[i], pruning.rowType());
      }
    }
    TableSchema keys = ColumnPruning.of(columns.keys(), required).schema();
    List.of(keys, newImage, oldImage).forEach(ItemRows::refuseKeyedHashes);
    Set<String> keyNames =
        columns.keys().writtenColumns().stream()
            .map(column -> column.name())
            .collect(Collectors.toSet());
    boolean hasCorruptColumn =
        List.of(required.fieldNames()).contains(conf.corruptColumn())
            && !keyNames.contains(conf.corruptColumn());
    return new ChangeRowPlan(
        keys,
        newImage,
        oldImage,
        manifest.recordFormat(),
        manifest.window().map(Window::view).orElseThrow(),
        new StructType(fields),
        conf.readOptions(),
        conf.mode(),
        hasCorruptColumn ? conf.corruptColumn() : "",
        limit);
  }

  private TableSchema none() {
    return new TableSchema(columns.keys().table(), List.of(), List.of());
  }

  private static ColumnPruning pruned(TableSchema schema, StructField image) {
    return ColumnPruning.of(schema, (StructType) image.dataType());
  }

  private static StructField withType(StructField field, StructType type) {
    return new StructField(field.name(), type, field.nullable(), field.metadata());
  }
}
