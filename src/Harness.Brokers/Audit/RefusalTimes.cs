namespace Harness.Brokers.Audit;

/// <summary>Times of refused logins in nanoseconds, by class: from CONNECT to the answer or to the end of the connection.</summary>
/// <param name="Unknown">User names that do not exist.</param>
/// <param name="Known">The operator's user with wrong passwords.</param>
/// <param name="Control">Other user names that do not exist.</param>
/// <param name="Lost">Logins without an answer, or with one of another kind than the first: a broker that begins to ban an address refuses by the end of the connection.</param>
public sealed record RefusalTimes(IReadOnlyList<double> Unknown, IReadOnlyList<double> Known, IReadOnlyList<double> Control, int Lost)
{
    /// <summary>The wrong password that was let in, in words, after which nothing more was timed; null for none.</summary>
    public string? LetIn { get; private init; }

    /// <summary>The short name of the question that these times answer.</summary>
    public const string Question = "users.time";

    /// <summary>Takes samples of the three classes in an order that is drawn anew each time; every password is wrong, and names and passwords have one length.</summary>
    /// <param name="target">The broker, with the operator's user.</param>
    /// <param name="plain">The address that takes plain MQTT for it.</param>
    /// <param name="samples">Samples of each class.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <param name="told">Told of the samples of each class that are done; null for nobody.</param>
    public static async Task<RefusalTimes> MeasureAsync(AuditTarget target, AuditPath plain, int samples, CancellationToken cancellationToken, Action<int>? told = null)
    {
        ArgumentNullException.ThrowIfNull(target);
        var user = target.User ?? throw new ArgumentException("the target has no user whose refusals could be timed", nameof(target));
        List<double>[] times = [[], [], []];
        var lost = 0;
        bool? closes = null;
        var order = Enumerable.Range(0, samples * times.Length).Select(i => i % times.Length).ToArray();
        RandomNumberGenerator.Shuffle<int>(order);
        foreach (var (of, index) in order.Select((of, index) => (of, index)))
        {
            told?.Invoke(index / times.Length);
            var name = of == 1 ? user : Name(user.Length);
            var (time, answer) = await OnceAsync(plain, name, cancellationToken).ConfigureAwait(false);
            if (answer is ConnAckPacket { Reason: ReasonCode.Success })
            {
                return new RefusalTimes(times[0], times[1], times[2], lost) { LetIn = $"a wrong password of {(of == 1 ? user : "a name that does not exist")} was let in: there is no refusal to be timed" };
            }

            if (time is { } taken && (answer is null) == (closes ??= answer is null))
            {
                times[of].Add(taken);
            }
            else
            {
                lost++;
            }
        }

        return new RefusalTimes(times[0], times[1], times[2], lost);
    }

    /// <summary>Shows one refusal of each class, for a capture: the samples themselves go past a tap, which would add its own time.</summary>
    /// <param name="target">The broker, with the operator's user.</param>
    /// <param name="plain">The way that takes plain MQTT for it.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task ShowAsync(AuditTarget target, AuditPath plain, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(target);
        ArgumentNullException.ThrowIfNull(plain);
        var user = target.User ?? throw new ArgumentException("the target has no user whose refusals could be shown", nameof(target));
        foreach (var name in new[] { Name(user.Length), user, Name(user.Length) })
        {
            _ = await OnceAsync(plain.For(Question), name, cancellationToken).ConfigureAwait(false);
        }
    }

    private static async Task<(double? Time, MqttPacket? Answer)> OnceAsync(AuditPath plain, string user, CancellationToken cancellationToken)
    {
        using var talk = AuditTalk.Open(plain, MqttVersion.V311, null, cancellationToken);
        try
        {
            var peer = await talk.DialAsync().ConfigureAwait(false);
            var connect = talk.With(new ConnectPacket()) with { UserName = user, Password = Encoding.ASCII.GetBytes(Name(16)) };
            var since = Stopwatch.GetTimestamp();
            await peer.SendAsync(connect).ConfigureAwait(false);
            var answer = await peer.NextAsync().ConfigureAwait(false);
            return (Stopwatch.GetElapsedTime(since).TotalNanoseconds, answer);
        }
        catch (NothingSeenException)
        {
            return (null, null);
        }
    }

    private static string Name(int length) => RandomNumberGenerator.GetString("abcdefghijklmnopqrstuvwxyz", Math.Max(1, length));
}
