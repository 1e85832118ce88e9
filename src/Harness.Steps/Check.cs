using System.Diagnostics.CodeAnalysis;

namespace Harness.Steps;

/// <summary>
/// Observations of a device that decide a scenario, and the needs of a step that its author may have left out. A <c>Then</c> tells here that it
/// judged something; one that ends without is unjudgeable (<see cref="ScenarioHooks"/>).
/// </summary>
public static class Check
{
    /// <summary>Fails the scenario unless the condition holds.</summary>
    /// <exception cref="CheckFailedException">It does not hold.</exception>
    public static void That(bool holds, string item, string expected, string seen)
    {
        Judged();
        if (!holds)
        {
            throw new CheckFailedException(item, expected, Text(seen));
        }
    }

    /// <summary>Fails the scenario unless both are equal; neither may be a secret.</summary>
    /// <exception cref="CheckFailedException">They differ.</exception>
    /// <exception cref="UnjudgeableException">Neither is there: nothing is equal to nothing.</exception>
    public static void Equal<T>(T expected, T seen, string item)
    {
        Needs(expected is not null || seen is not null, item, "something to compare", "nothing on either side");
        That(EqualityComparer<T>.Default.Equals(expected, seen), item, Text(expected), Text(seen));
    }

    /// <summary>Notes that the step under way judged something that was observed.</summary>
    public static void Judged() => ScenarioScope.UnderWay?.NoteJudgement();

    /// <summary>Ends the scenario as unjudgeable unless the step has what it needs.</summary>
    /// <param name="holds">True where the scenario has it.</param>
    /// <param name="item">The thing that was to be judged or done.</param>
    /// <param name="needed">Precondition of the step.</param>
    /// <param name="seen">State of the scenario instead.</param>
    /// <param name="add">The sentence to add, with its keyword; null where none is known.</param>
    /// <exception cref="UnjudgeableException">It has not.</exception>
    public static void Needs([DoesNotReturnIf(false)] bool holds, string item, string needed, string seen, string? add = null)
    {
        if (!holds)
        {
            throw new UnjudgeableException(item, needed, Text(seen), add);
        }
    }

    /// <summary>Gets the meaning of words of a feature; words without one are unjudgeable.</summary>
    /// <param name="read">Reads them.</param>
    /// <param name="item">The item that the words stand for.</param>
    /// <param name="words">The words as they stand in the feature.</param>
    /// <exception cref="UnjudgeableException">They mean nothing here.</exception>
    public static T Read<T>(Func<T> read, string item, string words)
    {
        ArgumentNullException.ThrowIfNull(read);
        try
        {
            return read();
        }
        catch (Exception e) when (e is ArgumentException or FormatException or OverflowException or KeyNotFoundException or IndexOutOfRangeException)
        {
            var problem = e is ArgumentException { ParamName: { } name } ? e.Message.Replace($" (Parameter '{name}')", "", StringComparison.Ordinal) : e.Message;
            throw new UnjudgeableException(item, "words that mean one", $"\"{words}\": {problem}", inner: e);
        }
    }

    private static string Text<T>(T value) => value?.ToString() is { } text ? text.Length > 80 ? text[..80] + "..." : text : "none";
}
