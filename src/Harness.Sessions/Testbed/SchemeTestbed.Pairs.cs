using Harness.Crypto.Ecdsa;

namespace Harness.Sessions.Testbed;

/// <content>Enrolment for the hardened scheme: pseudonyms, pair passwords that the broker never holds, and keys for signatures.</content>
public partial class SchemeTestbed
{
    private readonly Dictionary<TestbedDevice, DeviceSecrets> _secrets = new(ReferenceEqualityComparer.Instance);

    /// <summary>A device's numbers that never repeat (hardened).</summary>
    public HardenedMemory MemoryOf(TestbedDevice device) => SecretsOf(device).Memory;

    /// <summary>Takes a device's numbers away, as a power cycle does where nothing keeps them.</summary>
    public void ForgetNumbers(TestbedDevice device)
    {
        var secrets = SecretsOf(device);
        (secrets.Memory, secrets.Told) = (new HardenedMemory(), null);
    }

    /// <summary>Ends a device's connection and wipes what it holds, as a power cycle does; its numbers are read again from where they are kept.</summary>
    public async ValueTask PowerCycleAsync(TestbedDevice device, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(device);
        await device.LogOutAsync().ConfigureAwait(false);
        await (await device.GetPartyAsync(cancellationToken).ConfigureAwait(false)).ResetAsync(cancellationToken).ConfigureAwait(false);
        if (Scheme == SchemeNames.Hardened && NumbersPath(device) is { } path)
        {
            var secrets = SecretsOf(device);
            (secrets.Memory, secrets.Told) = (DeviceNumbersFile.Open(path), null);
        }
    }

    /// <summary>Takes a device's next pseudonym, as whoever keeps its CONNECT back does: it will not use it again (hardened).</summary>
    public string TakePseudonym(TestbedDevice device)
    {
        var secrets = SecretsOf(device);
        return HardenedKeys.Pseudonym(secrets.Pseudonyms, secrets.Memory.TakeAttempt());
    }

    /// <summary>A device's identity with all that it is told.</summary>
    public PartyIdentity ToldOf(TestbedDevice device)
    {
        ArgumentNullException.ThrowIfNull(device);
        return Told(device, device.Identity);
    }

    /// <summary>Gives a device's identity what it is told besides (hardened); any other scheme's stays as it is.</summary>
    internal PartyIdentity Told(TestbedDevice device, PartyIdentity identity)
    {
        if (Scheme != SchemeNames.Hardened)
        {
            return identity;
        }

        var secrets = SecretsOf(device);
        var publisher = _devices.Find(d => d.Part == DevicePart.Publisher);
        var signer = publisher is not null && Options.Signed ? SecretsOf(publisher).SigningKey : null;
        // The same object while nothing changed: a device that is told once is not told again, which would wipe its keys.
        var state = (identity, string.Join('\n', Subscribers.Select(s => s.Client)));
        if (secrets.Told is { } told && secrets.ToldFor == state)
        {
            return told;
        }

        secrets.ToldFor = state;
        return secrets.Told = identity with
        {
            Hardened = new HardenedIdentity(Options.PairCipher, secrets.Pseudonyms, secrets.Memory, Topic)
            {
                Subscribers = device == publisher ? [.. Subscribers.Select(PairAccountOf)] : null,
                Publisher = device.Part == DevicePart.Subscriber ? publisher?.Client : null,
                PairPassword = secrets.PairPassword,
                BackOff = Options.BackOff ? secrets.BackOff : null,
                TopicKeys = device == publisher ? Options.TopicKeys : null,
                SigningKey = device == publisher ? signer : null,
                PublicKey = signer is null ? null : EcdsaP256.PublicKey(signer),
            },
        };
    }

    /// <summary>Tells broker and publisher of a device that came after they started (hardened).</summary>
    internal async ValueTask IntroduceAsync(TestbedDevice device, CancellationToken cancellationToken)
    {
        if (Scheme != SchemeNames.Hardened || Broker.NextPseudonymOf(device.Client) is not null)
        {
            return;
        }

        var publisher = _devices.Find(d => d.Part == DevicePart.Publisher);
        Broker.AddPseudonyms(PseudonymsOf(device), device.Part == DevicePart.Subscriber && publisher is not null ? [publisher.Client] : []);
        if (device.Part == DevicePart.Subscriber && publisher?.Session is not null && publisher.Party.Pairs is { } pairs)
        {
            await pairs.AddPairAsync(PairAccountOf(device), cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>A device's pseudonyms, from where the broker is, or from its first.</summary>
    private PseudonymAccount PseudonymsOf(TestbedDevice device) =>
        new(device.Client, SecretsOf(device).Pseudonyms, _broker?.NextPseudonymOf(device.Client) ?? 0);

    private PairAccount PairAccountOf(TestbedDevice subscriber) => new(
        subscriber.Client, subscriber.Group, Verifier.ComputeW(
            subscriber.Group, AugPakeProfile.Framed, subscriber.Client, Publisher.Client, SecretsOf(subscriber).PairPassword, HardenedPublisher.RunField));

    /// <summary>Waits until the publisher shares a key with every subscriber that is logged in, begins an epoch, and waits until they hold its keys.</summary>
    /// <remarks>The epoch that their runs made due would begin 2 s later by itself; one that a publisher begins earlier is as good.</remarks>
    private async Task WaitForEpochAsync(CancellationToken cancellationToken)
    {
        if (Publisher.Session is not { } session)
        {
            return;
        }

        var readers = Subscribers.Where(s => s.Session is not null).ToList();
        await UndisturbedAsync($"pair runs of {Publisher.Name}", () => session.WaitForPairsAsync(
            status => readers.All(r => status.Paired.Contains(r.Client)), Options.Timeout, cancellationToken)).ConfigureAwait(false);
        // A reader that came again has no key yet where the publisher still has the one before.
        foreach (var reader in readers)
        {
            await UndisturbedAsync($"pair run of {reader.Name}", () => reader.RequiredSession.WaitForPairsAsync(
                status => status.Paired.Count > 0, Options.Timeout, cancellationToken)).ConfigureAwait(false);
        }

        await BeginEpochAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Lets the publisher, which is logged in, begin an epoch, and waits until the subscribers that are logged in hold its keys (hardened).</summary>
    /// <exception cref="InconclusiveException">They do not.</exception>
    public async Task BeginEpochAsync(CancellationToken cancellationToken)
    {
        await UndisturbedAsync($"epoch of {Publisher.Name}", () => Publisher.RequiredSession.BeginEpochAsync(cancellationToken)).ConfigureAwait(false);
        var epoch = Publisher.Party.Pairs?.Status.Epoch;
        foreach (var reader in Subscribers.Where(s => s.Session is not null).ToList())
        {
            await UndisturbedAsync($"epoch of {reader.Name}", () => reader.RequiredSession.WaitForPairsAsync(
                status => status.Epoch >= epoch, Options.Timeout, cancellationToken)).ConfigureAwait(false);
        }
    }

    private string? NumbersPath(TestbedDevice device) => Options.NumbersFolder is { } folder
        ? Path.Combine(folder, Convert.ToHexStringLower(System.Text.Encoding.UTF8.GetBytes(device.Client)) + ".numbers")
        : null;

    private DeviceSecrets SecretsOf(TestbedDevice device)
    {
        if (!_secrets.TryGetValue(device, out var secrets))
        {
            _secrets[device] = secrets = new DeviceSecrets(NumbersPath(device) is { } path ? DeviceNumbersFile.Open(path) : null, Options.PairPassword?.Invoke());
        }

        return secrets;
    }

    private sealed class DeviceSecrets
    {
        public DeviceSecrets(HardenedMemory? memory, string? pairPassword)
        {
            PairPassword = pairPassword ?? Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
            Memory = memory ?? new HardenedMemory();
            if (memory is null)
            {
                Memory.Provision(0, 0);
            }
        }

        public byte[] Pseudonyms { get; } = RandomNumberGenerator.GetBytes(HardenedKeys.PseudonymSecretSize);

        public string PairPassword { get; }

        public byte[] SigningKey { get; } = AugPakeGroup.P256.DrawScalar();

        public HardenedMemory Memory { get; set; }

        public LoginBackOff BackOff { get; } = new();

        public PartyIdentity? Told { get; set; }

        public (PartyIdentity Identity, string Subscribers) ToldFor { get; set; }
    }
}
