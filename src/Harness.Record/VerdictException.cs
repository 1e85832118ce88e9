namespace Harness.Record;

/// <summary>Ends a scenario with a verdict and names the item judged, the expected and the seen.</summary>
public abstract class VerdictException(Verdict verdict, string item, string expected, string seen, string? unit, string? nextCommand, Exception? inner)
    : Exception($"{item}: expected {expected}, saw {seen}{(unit is null ? "" : " " + unit)}", inner)
{
    /// <summary>The verdict the scenario ends with.</summary>
    public Verdict Verdict { get; } = verdict;

    /// <summary>The item judged, in the words of the rig ("V_S of m4", "link of m4").</summary>
    public string Item { get; } = item;

    /// <summary>The expected value or behaviour.</summary>
    public string Expected { get; } = expected;

    /// <summary>The value or behaviour seen instead. Never a secret.</summary>
    public string Seen { get; } = seen;

    /// <summary>The unit of expected and seen, if they are numbers.</summary>
    public string? Unit { get; } = unit;

    /// <summary>The next command to type, if one helps.</summary>
    public string? NextCommand { get; } = nextCommand;
}

/// <summary>The device under test did wrong (<see cref="Verdict.Fail"/>).</summary>
public sealed class CheckFailedException(
    string item, string expected, string seen, string? unit = null, string? nextCommand = null, Exception? inner = null)
    : VerdictException(Verdict.Fail, item, expected, seen, unit, nextCommand, inner);

/// <summary>The scenario cannot be judged on this rig (<see cref="Verdict.Inconclusive"/>).</summary>
public sealed class InconclusiveException(
    string item, string expected, string seen, string? unit = null, string? nextCommand = null, Exception? inner = null)
    : VerdictException(Verdict.Inconclusive, item, expected, seen, unit, nextCommand, inner);

/// <summary>The feature's author left out what a step needs, or a <c>Then</c> had nothing to judge (<see cref="Verdict.Unjudgeable"/>).</summary>
/// <param name="item">The item that was to be judged, or the step's requirement.</param>
/// <param name="expected">The requirement of the step.</param>
/// <param name="seen">The state of the scenario instead.</param>
/// <param name="add">The sentence to add to the feature with its keyword, or the words to change; null where none is known.</param>
/// <param name="inner">The cause, if another exception reported it.</param>
public sealed class UnjudgeableException(string item, string expected, string seen, string? add = null, Exception? inner = null)
    : VerdictException(Verdict.Unjudgeable, item, expected, seen, null, null, inner)
{
    /// <summary>The sentence to add to the feature with its keyword, or the words to change; null where none is known.</summary>
    public string? Add { get; } = add;
}

/// <summary>The rig broke (<see cref="Verdict.RigError"/>). Rooms that know more of a kind of breakage derive from it.</summary>
public class RigErrorException(
    string item, string expected, string seen, string? unit = null, string? nextCommand = null, Exception? inner = null)
    : VerdictException(Verdict.RigError, item, expected, seen, unit, nextCommand, inner);
