package io.dynamodblake.lake.load;

import io.dynamodblake.aws.ReadBatches;
import io.dynamodblake.aws.WriteBatches;
import io.dynamodblake.flatten.TapeValues;
import io.dynamodblake.identity.CanonicalItem;
import io.dynamodblake.json.ItemScanner;
import io.dynamodblake.json.ItemTape;
import io.dynamodblake.json.JsonItemWriter;
import io.dynamodblake.json.MalformedRecordException;
import io.dynamodblake.lake.items.ItemKeys;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes what changes come to where the table has what the changes say it had. Items are read right
 * before they are written; a write by somebody else that comes between is not noticed.
 */
final class UnchangedSince implements LineWriting.Lines {
  private final BatchLines lines;
  private final ItemKeys keys;
  private final WriteBatches batches;
  private final ReadBatches reads;
  private final ItemScanner scanner = new ItemScanner();
  private final ItemTape tape = new ItemTape();
  private final TapeValues values = new TapeValues();
  private final CanonicalItem canonical = new CanonicalItem();
  private final JsonItemWriter found = new JsonItemWriter();
  private final List<byte[]> waiting = new ArrayList<>();
  private final Map<Digest, Digest> live = new HashMap<>(); // of items by those of their keys
  private long already;
  private long others;

  private record Digest(long high, long low) {}

  UnchangedSince(BatchLines lines, ItemKeys keys, WriteBatches batches, ReadBatches reads) {
    this.lines = lines;
    this.keys = keys;
    this.batches = batches;
    this.reads = reads;
  }

  @Override
  public void write(byte[] packet) {
    waiting.add(packet);
    if (waiting.size() == ReadBatches.MOST_KEYS) {
      settle();
    }
  }

  @Override
  public Written finish() {
    settle();
    return new Written(batches.finish(), new LeftAlone(already, others, reads.readUnits()));
  }

  private void settle() {
    if (waiting.isEmpty()) {
      return;
    }
    for (byte[] packet : waiting) {
      scan(ChangePacket.key(packet));
      values.writeItem(tape, reads.keys());
      reads.add();
    }
    found.reset();
    reads.read(found, this::found);
    for (byte[] packet : waiting) {
      settle(packet);
    }
    // what was decided is written before anything else is read
    batches.finish();
    waiting.clear();
    live.clear();
  }

  private void found() {
    scan(found.bytes(), found.length() - 1);
    Digest key = keyDigest();
    canonical.digestItem(tape);
    live.put(key, digest());
    found.reset();
  }

  private void settle(byte[] packet) {
    scan(ChangePacket.key(packet));
    Digest is = live.get(keyDigest());
    if (isDone(packet, is)) {
      already++;
    } else if (is == null
        ? !ChangePacket.hadItem(packet)
        : ChangePacket.wasBefore(packet, is.high(), is.low())) {
      Unconditional.write(lines, packet);
    } else {
      others++;
    }
  }

  private boolean isDone(byte[] packet, Digest is) {
    if (!ChangePacket.isPut(packet)) {
      return is == null;
    }
    if (is == null) {
      return false;
    }
    scan(ChangePacket.item(packet));
    canonical.digestItem(tape);
    return is.equals(digest());
  }

  private void scan(byte[] line) {
    scan(line, line.length);
  }

  private void scan(byte[] line, int length) {
    try {
      scanner.scan(line, 0, length, tape);
    } catch (MalformedRecordException e) {
      throw new IllegalStateException("A line that was written as an item is none now", e);
    }
  }

  private Digest keyDigest() {
    if (!keys.digest(canonical, tape)) {
      throw new IllegalStateException("An item without a key");
    }
    return digest();
  }

  private Digest digest() {
    return new Digest(canonical.high(), canonical.low());
  }
}
