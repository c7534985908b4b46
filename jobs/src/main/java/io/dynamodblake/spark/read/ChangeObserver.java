package io.dynamodblake.spark.read;

import io.dynamodblake.export.Window;
import io.dynamodblake.flatten.ItemObserver;
import io.dynamodblake.identity.CanonicalItem;
import io.dynamodblake.json.ChangeTape;
import io.dynamodblake.json.ItemTape;
import io.dynamodblake.schema.KeyAttribute;
import io.dynamodblake.schema.Profile;
import io.dynamodblake.schema.ProfileLimits;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * Feeds change records into a {@link ChangeProfile}, and their images into a {@link Profile}. Not
 * safe for use by several threads.
 */
final class ChangeObserver {
  private static final int NOT_THERE = -1;

  private final Window.View view;
  private final boolean oldImages;
  private final ItemObserver items;
  private final ChangeProfile changes = new ChangeProfile();
  private final CanonicalItem canonical = new CanonicalItem();
  private List<KeyAttribute> key = List.of(); // of the last record
  private byte[][] keyNames = {};

  /**
   * @param oldImages whether the profile of the items is also of what they were before
   */
  ChangeObserver(Window.View view, boolean oldImages, ProfileLimits limits) {
    this.view = view;
    this.oldImages = oldImages;
    this.items = new ItemObserver(limits);
  }

  /** Returns what the images are like; of a record without any, what its key is like. */
  Profile items() {
    return items.profile();
  }

  ChangeProfile changes() {
    return changes;
  }

  void observe(ChangeTape change) {
    observeKey(change.keys());
    changes.written(change.writeTimeMicros());
    if (!change.hasNewImage()) {
      changes.delete();
    } else if (view == Window.View.NEW_IMAGE) {
      changes.put();
    } else if (!change.hasOldImage()) {
      changes.insert();
    } else {
      changes.update(compare(change.oldImage(), change.newImage()));
    }
    if (change.hasNewImage()) {
      observe(change.newImage());
    }
    if (oldImages && change.hasOldImage()) {
      observe(change.oldImage());
    } else if (oldImages && !change.hasNewImage()) {
      observe(change.keys());
    }
  }

  private void observe(ItemTape image) {
    items.observe(image, (long) image.rawEnd(image.item()) - image.rawStart(image.item()));
  }

  private void observeKey(ItemTape keys) {
    if (!isKnown(keys)) {
      List<KeyAttribute> found = new ArrayList<>();
      int node = keys.firstChild(keys.item());
      for (int i = keys.childCount(keys.item()); i > 0; i--, node = keys.next(node)) {
        found.add(new KeyAttribute(keys.name(node), keys.descriptor(node)));
      }
      key = List.copyOf(found);
      keyNames =
          found.stream()
              .map(attribute -> attribute.attribute().getBytes(StandardCharsets.UTF_8))
              .toArray(byte[][]::new);
      found.sort(Comparator.comparing(KeyAttribute::attribute));
      changes.keyed(List.copyOf(found));
    }
  }

  /** Whether the key attributes are those of the record before, in the same order. */
  private boolean isKnown(ItemTape keys) {
    if (keys.childCount(keys.item()) != key.size()) {
      return false;
    }
    int node = keys.firstChild(keys.item());
    for (int i = 0; i < keyNames.length; i++, node = keys.next(node)) {
      if (keys.descriptor(node) != key.get(i).descriptor() || !keys.nameEquals(node, keyNames[i])) {
        return false;
      }
    }
    return true;
  }

  /** Counts what differs, and returns whether anything does. */
  private boolean compare(ItemTape before, ItemTape after) {
    boolean changed = false;
    int end = before.next(before.item());
    int expected = before.firstChild(before.item()); // images mostly have the same order
    int found = 0;
    int node = after.firstChild(after.item());
    for (int i = after.childCount(after.item()); i > 0; i--, node = after.next(node)) {
      int old =
          expected < end && sameName(before, expected, after, node)
              ? expected
              : find(before, after, node);
      if (old == NOT_THERE) {
        changes.added(after.name(node));
        changed = true;
        continue;
      }
      found++;
      expected = before.next(old);
      if (!sameValue(before, old, after, node)) {
        changes.changed(after.name(node));
        changed = true;
      }
    }
    if (found < before.childCount(before.item())) {
      countRemoved(before, after);
      changed = true;
    }
    return changed;
  }

  private void countRemoved(ItemTape before, ItemTape after) {
    int node = before.firstChild(before.item());
    for (int i = before.childCount(before.item()); i > 0; i--, node = before.next(node)) {
      if (find(after, before, node) == NOT_THERE) {
        changes.removed(before.name(node));
      }
    }
  }

  /** The attribute of that name on another tape. */
  private static int find(ItemTape in, ItemTape tape, int named) {
    int node = in.firstChild(in.item());
    for (int i = in.childCount(in.item()); i > 0; i--, node = in.next(node)) {
      if (sameName(in, node, tape, named)) {
        return node;
      }
    }
    return NOT_THERE;
  }

  private static boolean sameName(ItemTape one, int node, ItemTape other, int otherNode) {
    return one.nameHash(node) == other.nameHash(otherNode)
        && Arrays.equals(
            one.nameBytes(node),
            one.nameStart(node),
            one.nameEnd(node),
            other.nameBytes(otherNode),
            other.nameStart(otherNode),
            other.nameEnd(otherNode));
  }

  private boolean sameValue(ItemTape before, int old, ItemTape after, int now) {
    if (Arrays.equals(
        before.line(),
        before.rawStart(old),
        before.rawEnd(old),
        after.line(),
        after.rawStart(now),
        after.rawEnd(now))) {
      return true;
    }
    canonical.read(before, old);
    canonical.digest();
    long high = canonical.high();
    long low = canonical.low();
    canonical.read(after, now);
    canonical.digest();
    return canonical.high() == high && canonical.low() == low;
  }
}
