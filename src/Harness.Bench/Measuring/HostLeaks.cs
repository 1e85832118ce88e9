namespace Harness.Bench.Measuring;

/// <summary>
/// Leak subjects in this process, timed by the host's clock in nanoseconds; the comparisons are in <see cref="HostTags"/>, the broker
/// in <see cref="BrokerLeaks"/>.
/// </summary>
/// <remarks>
/// The inputs of both classes are drawn for every run, and one of them is copied, by its index and without a branch, to the memory that the run uses: neither
/// the input's address nor the branch predictor's state depends on the class when the clock starts.
/// </remarks>
internal static class HostLeaks
{
    private static readonly double NanosecondsPerTick = 1e9 / Stopwatch.Frequency;

    /// <summary>Runs of a short operation within one sample: a difference below the clock's resolution in a single run would not be seen.</summary>
    private const int Repeat = 16;

    private static readonly LeakEntry Key = new("present-key", "round keys of PRESENT-128: one fixed key; a random key each time", LeakCost.Cipher);
    private static readonly LeakEntry Data = new("present-data", "one block of PRESENT-128: one fixed block; a random block each time", LeakCost.Cipher);
    private static readonly LeakEntry Curve = new("aug-password", "Y to V_C: one fixed password; another each time (P-256)", LeakCost.P256);
    private static readonly LeakEntry Modp = new("aug-password-modp", "Y to V_C: one fixed password; another each time (modp2048-q256)", LeakCost.Modexp);

    // Few iterations: the secret's path is the same in each, and a sample stays short.
    private const int ScramIterations = 16;
    private static readonly LeakEntry Scram = new("scram-password", "salt to the client's proof, 16 iterations: one fixed password; another each time", LeakCost.Hash);

    /// <summary>The subjects.</summary>
    public static IReadOnlyList<LeakEntry> Entries { get; } = [Key, Data, Curve, Modp, Scram, .. HostTags.Entries, .. BrokerLeaks.Entries];

    /// <summary>Opens one of <see cref="Entries"/>.</summary>
    /// <param name="entry">The subject to open.</param>
    /// <param name="rounds">The number of samples of each class.</param>
    public static LeakSubject Open(LeakEntry entry, int rounds) =>
        entry == Key ? OfKey()
        : entry == Data ? OfData()
        : entry == Curve ? OfPassword(entry, AugPakeGroup.P256)
        : entry == Modp ? OfPassword(entry, AugPakeGroup.Modp2048Q256)
        : entry == Scram ? OfScram()
        : HostTags.Entries.Contains(entry) ? HostTags.Open(entry)
        : BrokerLeaks.Open(entry, rounds);

    private static LeakSubject OfKey()
    {
        var engine = new PresentEngine();
        var inputs = new Inputs(new byte[16]);
        return Subject(Key, inputs.Choose, () => engine.Init(true, inputs.Used), Repeat);
    }

    private static LeakSubject OfData()
    {
        var engine = new PresentEngine();
        engine.Init(true, RandomNumberGenerator.GetBytes(16));
        var inputs = new Inputs(new byte[8]);
        var output = new byte[8];
        return Subject(Data, inputs.Choose, () => engine.ProcessBlock(inputs.Used, output), Repeat);
    }

    private static LeakSubject OfPassword(LeakEntry entry, AugPakeGroup group)
    {
        const AugPakeProfile Profile = AugPakeProfile.AsPublished;
        var y = group.PowerOfGenerator(group.DrawScalar());
        var inputs = new Inputs(Verifier.ComputeScalar(group, Profile, "client", "server", "correct horse battery staple"));
        AugPakeClient? client = null;
        return Subject(
            entry,
            which =>
            {
                client?.Dispose();
                inputs.Choose(which, Verifier.ComputeScalar(group, Profile, "client", "server", BoardLogin.NewPassword()));
                client = AugPakeClient.FromPasswordScalar(group, Profile, "client", "server", inputs.Used);
                client.Start();
            },
            () => client!.Respond(y), 1, () => client?.Dispose());
    }

    private static LeakSubject OfScram()
    {
        var inputs = new Inputs(new byte[28]);
        var challenge = ScramServerFirst.Of("nonce2", new byte[ScramCredential.SaltSize], ScramIterations).Encode();
        ScramClient? client = null;
        return Subject(
            Scram,
            which =>
            {
                client?.Dispose();
                inputs.Choose(which);
                client = new ScramClient("client", inputs.Used, "nonce", minimumIterations: 1);
            },
            () => client!.Respond(challenge), 1, () => client?.Dispose());
    }

    /// <summary>Creates a subject that is timed in this process.</summary>
    /// <param name="entry">The subject's name and classes.</param>
    /// <param name="prepare">Makes the inputs of a class, before the clock starts.</param>
    /// <param name="run">The timed operation.</param>
    /// <param name="repeat">Runs of the operation within a sample.</param>
    /// <param name="end">Releases the subject's resources; null for none.</param>
    public static LeakSubject Subject(LeakEntry entry, Action<LeakClass> prepare, Action run, int repeat, Action? end = null) => new(
        entry,
        (which, durations, _) =>
        {
            prepare(which);
            var start = Stopwatch.GetTimestamp();
            for (var i = 0; i < repeat; i++)
            {
                run();
            }

            durations[0] = (Stopwatch.GetTimestamp() - start) * NanosecondsPerTick;
            return ValueTask.CompletedTask;
        },
        () =>
        {
            end?.Invoke();
            return ValueTask.CompletedTask;
        });

    /// <summary>A fixed input and a random one. Both are copied for every run, the chosen one last.</summary>
    private sealed class Inputs
    {
        private readonly byte[] _random;
        private readonly byte[][] _counts;
        private readonly byte[][] _other;

        public Inputs(byte[] constant)
        {
            (_random, Used) = (new byte[constant.Length], new byte[constant.Length]);
            (_counts, _other) = ([constant, _random, constant], [_random, constant, _random]);
        }

        /// <summary>The input of the current run.</summary>
        public byte[] Used { get; }

        /// <summary>Chooses the input of a class, with a new random input.</summary>
        public void Choose(LeakClass which) => Choose(which, RandomNumberGenerator.GetBytes(_random.Length));

        /// <summary>Chooses the input of a class, with the given random input.</summary>
        public void Choose(LeakClass which, byte[] random)
        {
            random.CopyTo(_random, 0);
            _other[(int)which].CopyTo(Used, 0);
            _counts[(int)which].CopyTo(Used, 0);
        }
    }
}
