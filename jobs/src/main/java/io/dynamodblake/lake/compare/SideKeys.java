package io.dynamodblake.lake.compare;

import io.dynamodblake.conf.CompareKeys;
import io.dynamodblake.conf.Words;
import io.dynamodblake.identity.CanonicalItem;
import io.dynamodblake.identity.KeyedItemDigest;
import io.dynamodblake.json.ItemTape;
import io.dynamodblake.lake.items.ItemKeys;
import io.dynamodblake.schema.DataRefusedException;
import io.dynamodblake.schema.KeyAttribute;
import io.dynamodblake.type.Descriptor;
import java.io.Serializable;
import java.util.function.IntUnaryOperator;
import java.util.function.Supplier;

/**
 * What pairs the items of one side, each of which must have it.
 *
 * @param isA whether it is the first side
 */
record SideKeys(ItemKeys keys, boolean isA) implements Serializable {
  private static final long serialVersionUID = 1L;

  private String side() {
    return isA ? "A" : "B";
  }

  /** Takes the keys of the items of one task. */
  Reader reader() {
    return new Reader(this);
  }

  /** Puts the items of one task into buckets. */
  Bucketing bucketing(byte[] secret, int buckets) {
    return bucketing(secret, buckets, () -> "");
  }

  /**
   * The same, and says where an item is that has no key.
   *
   * @param place of the item that is being looked at
   */
  Bucketing bucketing(byte[] secret, int buckets, Supplier<String> place) {
    return new Bucketing(this, secret, buckets, place);
  }

  private void check(ItemTape tape, IntUnaryOperator nodes, Supplier<String> place) {
    for (int i = 0; i < keys.size(); i++) {
      if (nodes.applyAsInt(i) < 0) {
        throw new DataRefusedException(
            "Cannot compare: an item of %s lacks key attribute '%s'%s; give the table's own keys with %s"
                .formatted(
                    side(),
                    keys.attributes().get(i).attribute(),
                    at(place),
                    Words.COMPARE.of(CompareKeys.KEY)));
      }
    }
    for (int i = 0; i < keys.size(); i++) {
      KeyAttribute key = keys.attributes().get(i);
      Descriptor found = tape.descriptor(nodes.applyAsInt(i));
      if (found != key.descriptor()) {
        throw new DataRefusedException(
            "Cannot compare: key attribute '%s' is %s in an item of %s and not %s%s; give the table's own keys with %s"
                .formatted(
                    key.attribute(),
                    found,
                    side(),
                    key.descriptor(),
                    at(place),
                    Words.COMPARE.of(CompareKeys.KEY)));
      }
    }
  }

  private static String at(Supplier<String> place) {
    String text = place.get();
    return text.isEmpty() ? "" : ", at " + text;
  }

  /** Digests of keys, the same in every run; of whole items where there are no keys. */
  static final class Reader {
    private final SideKeys side;
    private final int[] nodes;
    private final IntUnaryOperator nodeOf;

    private Reader(SideKeys side) {
      this.side = side;
      this.nodes = new int[side.keys().size()];
      this.nodeOf = i -> nodes[i];
    }

    /**
     * Takes the digest of the key of an item.
     *
     * @throws DataRefusedException if the item has none
     */
    void digest(CanonicalItem canonical, ItemTape tape) {
      if (side.keys().isEmpty()) {
        canonical.digestItem(tape);
        return;
      }
      side.keys().find(tape, nodes);
      side.check(tape, nodeOf, () -> "");
      canonical.read(tape, nodes);
      canonical.digest();
    }
  }

  /** Buckets: items of one key belong to one, and equal items without keys. */
  static final class Bucketing {
    private final SideKeys side;
    private final KeyedItemDigest digest;
    private final IntUnaryOperator nodeOf;
    private final int buckets; // a power of two
    private final Supplier<String> place;

    private Bucketing(SideKeys side, byte[] secret, int buckets, Supplier<String> place) {
      this.place = place;
      this.side = side;
      this.digest = side.keys().keyedDigest(secret);
      this.nodeOf = digest::keyNode;
      this.buckets = buckets;
    }

    /**
     * Takes the digest of an item.
     *
     * @return its bucket
     * @throws DataRefusedException if the item has no key
     */
    int readItem(ItemTape tape) {
      digest.read(tape);
      return bucket(tape);
    }

    /** Reads only as much of an item as tells its bucket. */
    int readKey(ItemTape tape) {
      digest.readKey(tape);
      return bucket(tape);
    }

    private int bucket(ItemTape tape) {
      side.check(tape, nodeOf, place);
      return digest.keyHash() & buckets - 1;
    }

    /** The first 64 bits of the digest of the item read last. */
    long high() {
      return digest.high();
    }

    /** The 64 bits that follow. */
    long low() {
      return digest.low();
    }
  }
}
