namespace Harness.Lab.History;

/// <summary>The history cannot be read or written. The message names the database, the fault and the next command to type. No run fails by it.</summary>
public sealed class HistoryException : Exception
{
    internal HistoryException(string database, string fault, string next, bool isLasting, Exception? inner = null)
        : base($"the history {database}: {fault}; next: {next}", inner) => (Fault, NextCommand, IsLasting) = (fault, next, isLasting);

    /// <summary>The fault, without the database.</summary>
    public string Fault { get; }

    /// <summary>The next command to type.</summary>
    public string NextCommand { get; }

    /// <summary>True where another try would come to the same: no database, a newer one, a password in the address.</summary>
    public bool IsLasting { get; }
}
