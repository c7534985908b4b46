package io.dynamodblake.schema;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Objects;

/**
 * Lengths in bytes of S values (UTF-8) or B values (decoded): how many, how many empty, smallest,
 * largest, sum.
 */
public final class LengthProfile {
  private long count;
  private long empty;
  private long min = Long.MAX_VALUE;
  private long max;
  private long sum;

  /** Observes a value of that length. */
  public void observe(long length) {
    count++;
    if (length == 0) {
      empty++;
    }
    min = Math.min(min, length);
    max = Math.max(max, length);
    sum += length;
  }

  /** Adds everything the other one has seen. */
  public void merge(LengthProfile other) {
    count += other.count;
    empty += other.empty;
    min = Math.min(min, other.min);
    max = Math.max(max, other.max);
    sum += other.sum;
  }

  /** Returns how many lengths were observed. */
  public long count() {
    return count;
  }

  /** Returns how many have length 0. */
  public long empty() {
    return empty;
  }

  /** Returns the smallest length, 0 when nothing was observed. */
  public long min() {
    return count == 0 ? 0 : min;
  }

  /** Returns the largest length, 0 when nothing was observed. */
  public long max() {
    return max;
  }

  /** Returns the sum of all lengths. */
  public long sum() {
    return sum;
  }

  void write(DataOutput out) throws IOException {
    VarInts.write(out, count);
    if (count > 0) {
      VarInts.write(out, empty);
      VarInts.write(out, min);
      VarInts.write(out, max);
      VarInts.write(out, sum);
    }
  }

  static LengthProfile read(DataInput in) throws IOException {
    LengthProfile profile = new LengthProfile();
    profile.count = VarInts.read(in);
    if (profile.count > 0) {
      profile.empty = VarInts.read(in);
      profile.min = VarInts.read(in);
      profile.max = VarInts.read(in);
      profile.sum = VarInts.read(in);
    }
    return profile;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof LengthProfile that
        && count == that.count
        && empty == that.empty
        && min == that.min
        && max == that.max
        && sum == that.sum;
  }

  @Override
  public int hashCode() {
    return Objects.hash(count, sum);
  }
}
