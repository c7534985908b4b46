package io.dynamodblake.job;

import io.dynamodblake.conf.ExportSourceKeys;
import io.dynamodblake.export.ReadProgress;
import io.dynamodblake.flatten.ItemObserver;
import io.dynamodblake.job.inspect.ProfiledItems;
import io.dynamodblake.json.ItemTape;
import io.dynamodblake.lake.items.ItemSet;
import io.dynamodblake.lake.items.Side;
import io.dynamodblake.schema.Profile;
import io.dynamodblake.schema.ProfileLimits;
import io.dynamodblake.spark.run.LiveReads;
import io.dynamodblake.spark.run.RunJobs;
import java.io.IOException;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.spark.api.java.JavaRDD;

/** Profiles of items that lie in an export, in import files or in a lake table. */
final class ItemProfiles {
  private static final String ACTION = "inspect";
  private static final ProfileLimits LIMITS = ProfileLimits.DEFAULT.withDetails();

  private ItemProfiles() {}

  /**
   * Reads all items of a place once, and refuses them if they are not all.
   *
   * @param path of an export, import files or a lake table
   * @param other what they are compared with, whose attributes may be lost there
   */
  static ProfiledItems of(CommandRun run, String path, Optional<Profile> other) throws IOException {
    try (ItemSet items =
        ItemSet.open(
            run.spark(),
            ACTION,
            new Side(path, Optional.empty()),
            ExportArguments.readOptions(run),
            ExportSourceKeys.MAX_PARTITION_BYTES.defaultValue().orElseThrow())) {
      long promised = items.promised();
      run.progress().phase("Reading " + items.kind().replaceFirst(",.*", ""), promised);
      Profile profile = profile(run, items, run.progress());
      items.requireAll(ACTION, path + " should have", promised, profile.items());
      return new ProfiledItems(
          items.kind(), path, items.facts().time(), profile, lost(items, profile, other));
    }
  }

  private static Map<String, String> lost(ItemSet items, Profile profile, Optional<Profile> other) {
    TreeSet<String> attributes = new TreeSet<>(profile.attributes().keySet());
    other.ifPresent(known -> attributes.addAll(known.attributes().keySet()));
    Map<String, String> lost = new TreeMap<>();
    for (String attribute : attributes) {
      items.lossOf(attribute).ifPresent(reason -> lost.put(attribute, reason));
    }
    return lost;
  }

  private static Profile profile(CommandRun run, ItemSet items, ReadProgress progress)
      throws IOException {
    byte[] none = new Profile(LIMITS).toBytes();
    try (LiveReads reads = LiveReads.counting(run.spark().sparkContext(), progress)) {
      LiveReads.Counter counter = reads.counter();
      // the tape is that of the task, and valid until the next item
      JavaRDD<ItemTape> tapes = items.items(() -> tape -> tape);
      return RunJobs.during(
          run.spark(),
          () ->
              Profile.fromBytes(
                  tapes
                      .mapPartitions(part -> List.of(observe(part, counter)).iterator())
                      .treeAggregate(none, ItemProfiles::merged, ItemProfiles::merged)));
    }
  }

  private static byte[] observe(Iterator<ItemTape> items, LiveReads.Counter counter) {
    ItemObserver observer = new ItemObserver(LIMITS);
    while (items.hasNext()) {
      observer.observe(items.next(), 0);
      counter.item();
    }
    return observer.profile().toBytes();
  }

  private static byte[] merged(byte[] left, byte[] right) {
    Profile profile = Profile.fromBytes(left);
    profile.merge(Profile.fromBytes(right));
    return profile.toBytes();
  }
}
