namespace Harness.Bench.Protocol;

/// <summary>A board's description of itself: the reply to <c>ID</c>.</summary>
public sealed record BoardInfo
{
    /// <summary>The protocol version that this harness speaks.</summary>
    public const int Protocol = 1;

    /// <summary>First 4 bytes of SHA-256 over the firmware's sources and flags, hex.</summary>
    public required string Build { get; init; }

    /// <summary>The board's name, for example <c>stm32f405</c>.</summary>
    public required string Board { get; init; }

    /// <summary>Clock of its tick counter in Hz; 0 where unknown.</summary>
    public required long ClockHz { get; init; }

    /// <summary>Schemes the board can run.</summary>
    public required IReadOnlyList<string> Schemes { get; init; }

    /// <summary>AugPAKE roles the board has: <c>client</c>, <c>server</c>. A board that lists none has older firmware and is client only.</summary>
    public IReadOnlyList<string> Roles { get; init; } = ["client"];

    /// <summary>AugPAKE profiles the board has.</summary>
    public required IReadOnlyList<string> Profiles { get; init; }

    /// <summary>AugPAKE groups the board has.</summary>
    public required IReadOnlyList<string> Groups { get; init; }

    /// <summary>Ciphers the board has, for example <c>present80</c>.</summary>
    public required IReadOnlyList<string> Ciphers { get; init; }

    /// <summary>Modes the board has in test firmware.</summary>
    public required IReadOnlyList<string> Modes { get; init; }

    /// <summary>Curves on which the board signs readings with a key of its own; empty where it cannot, as with older firmware.</summary>
    public IReadOnlyList<string> Signatures { get; init; } = [];

    /// <summary>Name of the trigger pin, or <c>none</c>.</summary>
    public required string Trigger { get; init; }

    /// <summary>Maximum bytes of a request line.</summary>
    public required int Line { get; init; }

    /// <summary>Maximum plaintext bytes of one SEAL.</summary>
    public required int Payload { get; init; }

    /// <summary>True if the board has a random number generator of its own.</summary>
    public required bool HasRng { get; init; }

    /// <summary>True for test firmware: it accepts injected scalars and keys, so its replies prove nothing about security.</summary>
    public required bool IsTest { get; init; }

    /// <summary>PRESENT key sizes in bits, derived from the ciphers.</summary>
    public IReadOnlyList<int> KeyBits => [.. new[] { 80, 128 }.Where(b => Ciphers.Contains($"present{b}"))];

    /// <summary>Parses the reply to <c>ID</c>.</summary>
    /// <exception cref="BoardMismatchException">Other firmware, another protocol version, or missing values.</exception>
    public static BoardInfo From(string board, BoardReply reply)
    {
        var flash = $"make -C rigs/firmware, then flash {board}";
        string Value(string key) => reply.Values.TryGetValue(key, out var v) ? v
            : throw new BoardMismatchException(board, $"an ID with {key}=", "an ID without it", flash);
        IReadOnlyList<string> List(string key) => Value(key).Split(',', StringSplitOptions.RemoveEmptyEntries);
        long Number(string key) => long.TryParse(Value(key), NumberStyles.None, CultureInfo.InvariantCulture, out var n) && n <= int.MaxValue * 4L ? n
            : throw new BoardMismatchException(board, $"a number in {key}= of ID", $"\"{Value(key)}\"", flash);

        if (!reply.Values.TryGetValue("fw", out var firmware) || firmware != "harness")
        {
            throw new BoardMismatchException(board, "fw=harness", firmware is null ? "an ID without fw=" : $"fw={firmware}", flash);
        }

        if (Number("proto") != Protocol)
        {
            throw new BoardMismatchException(board, $"bench protocol {Protocol}", $"protocol {Value("proto")}", flash);
        }

        return new BoardInfo
        {
            Build = Value("build"),
            Board = Value("board"),
            ClockHz = Number("clock"),
            Schemes = List("schemes"),
            Roles = reply.Values.ContainsKey("roles") ? List("roles") : ["client"],
            Profiles = List("profiles"),
            Groups = List("groups"),
            Ciphers = List("ciphers"),
            Modes = List("modes"),
            Signatures = reply.Values.ContainsKey("signatures") ? List("signatures") : [],
            Trigger = Value("trigger"),
            Line = (int)Math.Min(Number("line"), 1 << 20),
            Payload = (int)Math.Min(Number("payload"), 1 << 20),
            HasRng = Number("rng") == 1,
            IsTest = Number("test") == 1,
        };
    }
}
