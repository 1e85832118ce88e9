namespace Harness.Record;

/// <summary>What a scenario or a run came to. A broken rig is never a failed device.</summary>
public enum Verdict
{
    /// <summary>Everything the scenario states was observed.</summary>
    Pass,

    /// <summary>It cannot be judged here (a hardware budget on an emulated rig, a device the rig lacks); the reason is given.</summary>
    Inconclusive,

    /// <summary>The device under test did wrong.</summary>
    Fail,

    /// <summary>The rig broke: a silent board, a dead emulator, a broker that is gone.</summary>
    RigError,

    /// <summary>The feature's author left out what a step needs, or a <c>Then</c> had nothing to judge.</summary>
    Unjudgeable,

    /// <summary>The run was stopped before the scenario ended.</summary>
    Aborted,
}
