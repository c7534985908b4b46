package io.dynamodblake.job.inspect;

import io.dynamodblake.export.ExportManifest;
import io.dynamodblake.export.Window;
import io.dynamodblake.spark.read.ChangeProfile;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * What {@code inspect} found out about an incremental export; the same for every form in which it
 * is shown.
 *
 * @param storedBytes compressed bytes of the data files, or -1 if not known
 * @param verification {@code md5}, {@code counts} or {@code none}
 */
public record ChangeInspection(
    ExportManifest export, long storedBytes, String verification, ChangeProfile changes) {

  Window window() {
    return export.window().orElseThrow();
  }

  /** Whether an insert can be told from an update. */
  boolean tellsInserts() {
    return window().view() == Window.View.NEW_AND_OLD_IMAGES;
  }

  /** The attributes that updates changed, those that were changed most first. */
  List<Map.Entry<String, ChangeProfile.AttributeChanges>> attributes() {
    return changes.attributes().entrySet().stream()
        .sorted(
            Comparator.comparing(
                    (Map.Entry<String, ChangeProfile.AttributeChanges> each) ->
                        -each.getValue().updates())
                .thenComparing(Map.Entry::getKey))
        .toList();
  }
}
