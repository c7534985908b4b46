package io.dynamodblake.lake.write;

import io.dynamodblake.export.ExportFormatException;
import io.dynamodblake.export.Window;
import io.dynamodblake.io.hadoop.HadoopConfiguration;
import io.dynamodblake.json.ChangeTape;
import io.dynamodblake.json.ItemTape;
import io.dynamodblake.lake.changes.ChangeFeed;
import io.dynamodblake.schema.KeyAttribute;
import io.dynamodblake.spark.read.RunChanges;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaRDD;

/** Incremental exports as change records for a merge. */
final class WindowFeeds {
  private WindowFeeds() {}

  /**
   * Returns the records of one export.
   *
   * @param number of its window among those that are applied, by which changes of a key are ordered
   * @param keepExpired whether deletes of what had expired are passed over
   */
  static ChangeFeed of(
      JavaRDD<byte[]> shares, RunChanges changes, long number, boolean keepExpired) {
    boolean oldKnown = changes.view() == Window.View.NEW_AND_OLD_IMAGES;
    return new ChangeFeed(
        shares,
        (settings, share) ->
            new Records(changes.open(settings, share), number, oldKnown, keepExpired));
  }

  private record Records(
      RunChanges.Changes changes, long number, boolean oldKnown, boolean keepExpired)
      implements ChangeFeed.Records {
    @Override
    public boolean advance() throws IOException {
      return changes.advance();
    }

    @Override
    public ItemTape key() {
      return changes.tape().keys();
    }

    @Override
    public ItemTape newImage() {
      ChangeTape tape = changes.tape();
      return tape.hasNewImage() ? tape.newImage() : null;
    }

    @Override
    public ItemTape oldImage() {
      ChangeTape tape = changes.tape();
      return tape.hasOldImage() ? tape.oldImage() : null;
    }

    @Override
    public long timeMicros() {
      return changes.tape().writeTimeMicros();
    }

    @Override
    public long major() {
      return number;
    }

    @Override
    public byte[] minor() {
      return changes.tape().sequence();
    }

    @Override
    public int traits() {
      return keepExpired && changes.tape().expired() ? ChangeFeed.PASSED_OVER : 0;
    }

    @Override
    public void close() throws IOException {
      changes.close();
    }
  }

  /**
   * Returns the key attributes that the first record has, for a table that does not know its own;
   * none if there is no record. Which of two is the partition key, a record does not tell.
   */
  static List<KeyAttribute> keys(List<ChangeFeed> feeds, Configuration configuration) {
    HadoopConfiguration settings = new HadoopConfiguration(configuration);
    for (ChangeFeed feed : feeds) {
      ChangeFeed.Opener opener = feed.opener();
      List<ArrayList<String>> first =
          feed.shares()
              .mapPartitions(
                  share -> {
                    try (ChangeFeed.Records records =
                        opener.open(settings.configuration(), share)) {
                      return records.advance()
                          ? List.of(texts(records.key())).iterator()
                          : List.<ArrayList<String>>of().iterator();
                    }
                  })
              .take(1);
      if (!first.isEmpty()) {
        return first.get(0).stream().map(KeyAttribute::parse).toList();
      }
    }
    return List.of();
  }

  private static ArrayList<String> texts(ItemTape key) {
    ArrayList<String> texts = new ArrayList<>();
    int child = key.firstChild(key.item());
    for (int i = key.childCount(key.item()); i > 0; i--, child = key.next(child)) {
      texts.add(new KeyAttribute(key.name(child), key.descriptor(child)).text());
    }
    if (texts.isEmpty()) {
      throw new ExportFormatException("Cannot apply changes: a record has no key; export again");
    }
    return texts;
  }
}
