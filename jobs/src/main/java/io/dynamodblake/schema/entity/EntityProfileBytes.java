package io.dynamodblake.schema.entity;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** How an {@link EntityProfile} becomes part of another, and bytes. */
final class EntityProfileBytes {
  private static final int KEYS = 2;

  private EntityProfileBytes() {}

  static byte[] write(EntityProfile profile) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeLong(profile.items());
      out.writeBoolean(!profile.knowsNoKeys());
      writeTexts(out, profile.keys());
      writeTexts(out, profile.names());
      for (int key = 0; key < KEYS; key++) {
        KeyTrie trie = profile.trie(key);
        for (long count : trie.separatorCounts()) {
          out.writeLong(count);
        }
        out.writeInt(trie.mostFirstWords());
        List<byte[]> open = trie.openPaths();
        out.writeInt(open.size());
        for (byte[] path : open) {
          writeBytes(out, path);
        }
      }
      out.writeInt(profile.groupCount());
      for (int i = 0; i < profile.groupCount(); i++) {
        writeBytes(out, profile.shape(i, 0).path());
        writeBytes(out, profile.shape(i, 1).path());
        write(out, profile.group(i));
      }
      for (int i = 0; i < profile.names().size(); i++) {
        writeMarker(out, profile.markerAt(i));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e); // an array does not fail
    }
    return bytes.toByteArray();
  }

  private static void writeMarker(DataOutputStream out, MarkerValues values) throws IOException {
    out.writeBoolean(values != null && !values.isClosed());
    if (values == null || values.isClosed()) {
      return;
    }
    out.writeInt(values.size());
    for (int i = 0; i < values.size(); i++) {
      writeBytes(out, values.bytes(i));
    }
    PairTable cells = values.cells();
    out.writeInt(cells.size());
    for (int i = 0; i < cells.size(); i++) {
      out.writeInt(cells.first(i));
      out.writeInt(cells.second(i));
      write(out, cells.counts(i));
    }
  }

  private static void write(DataOutputStream out, AttributeCounts counts) throws IOException {
    out.writeLong(counts.items());
    out.writeInt(counts.end());
    for (int i = 0; i < counts.end(); i++) {
      out.writeLong(counts.count(i));
    }
  }

  private static void writeTexts(DataOutputStream out, List<String> texts) throws IOException {
    out.writeInt(texts.size());
    for (String text : texts) {
      writeBytes(out, text.getBytes(StandardCharsets.UTF_8));
    }
  }

  private static void writeBytes(DataOutputStream out, byte[] bytes) throws IOException {
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  static EntityProfile read(byte[] bytes, EntityHints hints) {
    EntityProfile profile = new EntityProfile(hints);
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
      profile.items(in.readLong());
      boolean knowsKeys = in.readBoolean();
      List<String> keys = readTexts(in);
      profile.keys(knowsKeys ? keys : null);
      List<String> names = readTexts(in);
      for (String name : names) {
        byte[] each = name.getBytes(StandardCharsets.UTF_8);
        profile.number(each, 0, each.length);
      }
      for (int key = 0; key < KEYS; key++) {
        readTrie(in, profile.trie(key));
      }
      int[] groups = new int[in.readInt()];
      for (int i = 0; i < groups.length; i++) {
        KeyTrie.Node first = profile.trie(0).shapeOfPath(readBytes(in));
        KeyTrie.Node second = profile.trie(1).shapeOfPath(readBytes(in));
        groups[i] = profile.groupOf(first, second);
        read(in, profile.group(groups[i]));
      }
      for (int i = 0; i < names.size(); i++) {
        if (in.readBoolean()) {
          readMarker(in, profile.markerAt(i), groups);
        } else {
          profile.closeMarker(i);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read entities: not written by this version", e);
    }
    return profile;
  }

  private static void readTrie(DataInputStream in, KeyTrie trie) throws IOException {
    long[] counts = new long[trie.separatorCounts().length];
    for (int i = 0; i < counts.length; i++) {
      counts[i] = in.readLong();
    }
    trie.addSeparatorCounts(counts);
    if (trie.hasAnotherSeparator()) {
      trie.restart();
    }
    trie.limit(in.readInt());
    int open = in.readInt();
    for (int i = 0; i < open; i++) {
      trie.open(readBytes(in));
    }
  }

  private static void readMarker(DataInputStream in, MarkerValues values, int[] groups)
      throws IOException {
    int[] texts = new int[in.readInt()];
    for (int i = 0; i < texts.length; i++) {
      byte[] text = readBytes(in);
      texts[i] = values.number(text, 0, text.length);
    }
    int cells = in.readInt();
    for (int i = 0; i < cells; i++) {
      int text = texts[in.readInt()];
      int group = groups[in.readInt()];
      read(in, values.cells().counts(values.cells().index(text, group)));
    }
  }

  private static void read(DataInputStream in, AttributeCounts counts) throws IOException {
    counts.items(in.readLong());
    int end = in.readInt();
    for (int i = 0; i < end; i++) {
      counts.put(i, in.readLong());
    }
  }

  private static List<String> readTexts(DataInputStream in) throws IOException {
    List<String> texts = new ArrayList<>();
    for (int i = in.readInt(); i > 0; i--) {
      texts.add(new String(readBytes(in), StandardCharsets.UTF_8));
    }
    return texts;
  }

  private static byte[] readBytes(DataInputStream in) throws IOException {
    byte[] bytes = new byte[in.readInt()];
    in.readFully(bytes);
    return bytes;
  }

  // ---- merging

  /**
   * Adds to one profile what another has seen.
   *
   * @param sameKeys whether the shapes of both are of the same keys
   */
  static void merge(EntityProfile into, EntityProfile from, boolean sameKeys) {
    int[] attributes = new int[from.names().size() + EntityProfile.FIRST_ATTRIBUTE];
    attributes[EntityProfile.SOFT_DELETED] = EntityProfile.SOFT_DELETED;
    attributes[EntityProfile.EXPIRED] = EntityProfile.EXPIRED;
    for (int i = 0; i < from.names().size(); i++) {
      byte[] name = from.names().get(i).getBytes(StandardCharsets.UTF_8);
      attributes[i + EntityProfile.FIRST_ATTRIBUTE] = into.number(name, 0, name.length);
    }
    for (int key = 0; key < KEYS && sameKeys; key++) {
      mergeTrie(into.trie(key), from.trie(key));
    }
    KeyTrie.Node[][] nodes = new KeyTrie.Node[from.groupCount()][KEYS];
    for (int i = 0; i < nodes.length; i++) {
      for (int key = 0; key < KEYS; key++) {
        KeyTrie trie = into.trie(key);
        nodes[i][key] = sameKeys ? trie.shapeOfPath(from.shape(i, key).path()) : trie.absent();
      }
    }
    int[] groups = new int[nodes.length];
    for (int i = 0; i < nodes.length; i++) {
      groups[i] = into.groupOf(nodes[i][0], nodes[i][1]);
      add(from.group(i), into.group(groups[i]), attributes);
    }
    for (int i = 0; i < from.names().size(); i++) {
      int attribute = attributes[i + EntityProfile.FIRST_ATTRIBUTE];
      if (attribute != EntityProfile.UNKNOWN) {
        mergeMarker(into, attribute, from.markerAt(i), groups, attributes);
      }
    }
  }

  private static void mergeTrie(KeyTrie into, KeyTrie from) {
    into.limit(from.mostFirstWords());
    if (into.separator() == from.separator()) {
      from.openPaths().forEach(into::open);
    }
  }

  private static void mergeMarker(
      EntityProfile into, int attribute, MarkerValues from, int[] groups, int[] attributes) {
    int index = attribute - EntityProfile.FIRST_ATTRIBUTE;
    MarkerValues values = into.markerAt(index);
    if (values == null || from == null || from.isClosed() || values.isClosed()) {
      into.closeMarker(index);
      return;
    }
    int[] texts = new int[from.size()];
    for (int i = 0; i < texts.length; i++) {
      byte[] text = from.bytes(i);
      texts[i] = values.number(text, 0, text.length);
      if (texts[i] < 0) {
        into.closeMarker(index);
        return;
      }
    }
    PairTable cells = values.cells();
    for (int i = 0; i < from.cells().size(); i++) {
      int cell = cells.index(texts[from.cells().first(i)], groups[from.cells().second(i)]);
      add(from.cells().counts(i), cells.counts(cell), attributes);
    }
  }

  private static void add(AttributeCounts from, AttributeCounts into, int[] attributes) {
    into.items(from.items());
    for (int i = 0; i < from.end(); i++) {
      if (from.count(i) > 0 && attributes[i] != EntityProfile.UNKNOWN) {
        into.put(attributes[i], from.count(i));
      }
    }
  }
}
