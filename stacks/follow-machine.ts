import * as pulumi from "@pulumi/pulumi";

export type Followed = {
  /** What everything is made anew with. */
  machine: pulumi.Resource;
  /**
   * What nothing has to be removed before: something that depends on the machine, and goes whenever it does. Not the
   * machine itself: where that is replaced, Pulumi 3.253 does not count it among what goes, and would ask its engine to
   * remove everything, in no order.
   */
  goesWith: pulumi.Resource;
};

/**
 * Ties everything on an engine to the machine that it runs on: with a new machine all of it is made anew, and with the
 * machine's end nothing of it has to be removed first. Volumes are on the data disk, which outlives machines: there the
 * disk is what is protected, and they leave the state without being touched.
 */
export function followMachine({ machine, goesWith }: Followed): pulumi.ResourceTransformation {
  return ({ type, props, opts }) => {
    if (!type.startsWith("docker:")) return undefined;
    const isOnDisk = type === "docker:index/volume:Volume";
    const own = isOnDisk ? { protect: false, retainOnDelete: true } : { replaceWith: [machine] };
    return { props, opts: pulumi.mergeOptions(opts, { ...own, deletedWith: goesWith }) };
  };
}
