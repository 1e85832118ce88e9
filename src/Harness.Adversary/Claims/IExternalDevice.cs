namespace Harness.Adversary.Claims;

/// <summary>A device that logs in by itself: nobody carries its messages, and nobody asks it anything.</summary>
public interface IExternalDevice
{
    /// <summary>Its name in the rig.</summary>
    string Name { get; }

    /// <summary>C.</summary>
    string Client { get; }

    /// <summary>Reason for which it takes no command to publish; empty where it takes one.</summary>
    string CannotPublishReason { get; }

    /// <summary>Starts it: it logs in at once, once.</summary>
    /// <param name="broker">Place.</param>
    /// <param name="identity">Names, password, group, profile and scheme.</param>
    /// <param name="keyBits">PRESENT's key size, 80 or 128.</param>
    IExternalDeviceRun Start(IPEndPoint broker, PartyIdentity identity, int keyBits);
}

/// <summary>A device of <see cref="IExternalDevice"/> that was started. Disposal ends it.</summary>
public interface IExternalDeviceRun : IAsyncDisposable
{
    /// <summary>Completes, never fails, when it has ended.</summary>
    Task Ended { get; }

    /// <summary>Its last output and its exit, for errors.</summary>
    string Description { get; }

    /// <summary>Tells it to seal and publish; whether it does is seen at the tap.</summary>
    Task PublishAsync(string topic, ReadOnlyMemory<byte> plaintext, CancellationToken cancellationToken);
}
