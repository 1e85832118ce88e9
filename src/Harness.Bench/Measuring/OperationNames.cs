namespace Harness.Bench.Measuring;

/// <summary>The names of measured operations that other code asks for; each is declared where its operation stands (<see cref="MeasuredOperationAttribute"/>).</summary>
public static class OperationNames
{
    /// <summary>The empty operation, which measures the overhead of timing itself.</summary>
    public const string Empty = "empty";

    /// <summary>The device's own part of a login, its three steps as one.</summary>
    public const string Handshake = "handshake";

    /// <summary>Login and one reading through a broker, end to end.</summary>
    public const string PublishReceive = "publish-receive";
}
