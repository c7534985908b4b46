package io.dynamodblake.lake.load;

import java.io.Serializable;

/**
 * Keys that a load has looked at and not written, where it was asked to look.
 *
 * @param already whose items are as they should be
 * @param others whose items are neither that nor what they were before the changes: somebody else
 *     has written them since
 * @param readUnits what looking has consumed
 */
public record LeftAlone(long already, long others, double readUnits) implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Nothing was looked at. */
  public static final LeftAlone NONE = new LeftAlone(0, 0, 0);

  /** Returns how many keys there are. */
  public long keys() {
    return already + others;
  }

  LeftAlone plus(LeftAlone more) {
    return new LeftAlone(already + more.already, others + more.others, readUnits + more.readUnits);
  }
}
