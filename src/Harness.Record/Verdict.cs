namespace Harness.Record;

/// <summary>The result of a scenario or a run. A broken rig never counts as a failed device.</summary>
public enum Verdict
{
    /// <summary>Everything the scenario states was observed.</summary>
    Pass,

    /// <summary>The scenario cannot be judged here (a hardware budget on an emulated rig, a device the rig lacks); the reason is given.</summary>
    Inconclusive,

    /// <summary>The device under test did wrong.</summary>
    Fail,

    /// <summary>The rig broke: a silent board, a dead emulator, an unreachable broker.</summary>
    RigError,

    /// <summary>The feature's author left out what a step needs, or a <c>Then</c> had nothing to judge.</summary>
    Unjudgeable,

    /// <summary>The run was stopped before the scenario ended.</summary>
    Aborted,
}
