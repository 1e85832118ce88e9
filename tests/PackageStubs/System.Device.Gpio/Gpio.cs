// Signatures of System.Device.Gpio 4.2.0.
namespace System.Device.Gpio
{
    public enum PinMode
    {
        Input,
        Output,
    }

    [Flags]
    public enum PinEventTypes
    {
        None = 0,
    }

    public struct WaitForEventResult
    {
    }

    public delegate void PinChangeEventHandler(object sender, PinValueChangedEventArgs pinValueChangedEventArgs);

    public class PinValueChangedEventArgs : EventArgs
    {
        internal PinValueChangedEventArgs()
        {
        }
    }

    public readonly struct PinValue : IEquatable<PinValue>
    {
        public static PinValue High => throw new NotImplementedException();

        public static PinValue Low => throw new NotImplementedException();

        public static bool operator ==(PinValue a, PinValue b) => throw new NotImplementedException();

        public static bool operator !=(PinValue a, PinValue b) => throw new NotImplementedException();

        public bool Equals(PinValue other) => throw new NotImplementedException();

        public override bool Equals(object? obj) => throw new NotImplementedException();

        public override int GetHashCode() => throw new NotImplementedException();
    }

    public abstract class GpioDriver : IDisposable
    {
        protected internal abstract int PinCount { get; }

        public void Dispose() => throw new NotImplementedException();

        protected internal abstract void OpenPin(int pinNumber);

        protected internal abstract void ClosePin(int pinNumber);

        protected internal abstract void SetPinMode(int pinNumber, PinMode mode);

        protected internal abstract PinMode GetPinMode(int pinNumber);

        protected internal abstract bool IsPinModeSupported(int pinNumber, PinMode mode);

        protected internal abstract PinValue Read(int pinNumber);

        protected internal abstract void Write(int pinNumber, PinValue value);

        protected internal abstract WaitForEventResult WaitForEvent(int pinNumber, PinEventTypes eventTypes, CancellationToken cancellationToken);

        protected internal abstract void AddCallbackForPinValueChangedEvent(int pinNumber, PinEventTypes eventTypes, PinChangeEventHandler callback);

        protected internal abstract void RemoveCallbackForPinValueChangedEvent(int pinNumber, PinChangeEventHandler callback);

        protected virtual void Dispose(bool disposing) => throw new NotImplementedException();
    }

    public class GpioPin
    {
        internal GpioPin()
        {
        }
    }

    public class GpioController : IDisposable
    {
        public GpioController(GpioDriver driver) => throw new NotImplementedException();

        public GpioPin OpenPin(int pinNumber, PinMode mode) => throw new NotImplementedException();

        public virtual PinValue Read(int pinNumber) => throw new NotImplementedException();

        public void Dispose() => throw new NotImplementedException();
    }
}

namespace System.Device.Gpio.Drivers
{
    public abstract class UnixDriver : GpioDriver
    {
        protected internal override int PinCount => throw new NotImplementedException();

        protected internal override void OpenPin(int pinNumber) => throw new NotImplementedException();

        protected internal override void ClosePin(int pinNumber) => throw new NotImplementedException();

        protected internal override void SetPinMode(int pinNumber, PinMode mode) => throw new NotImplementedException();

        protected internal override PinMode GetPinMode(int pinNumber) => throw new NotImplementedException();

        protected internal override bool IsPinModeSupported(int pinNumber, PinMode mode) => throw new NotImplementedException();

        protected internal override PinValue Read(int pinNumber) => throw new NotImplementedException();

        protected internal override void Write(int pinNumber, PinValue value) => throw new NotImplementedException();

        protected internal override WaitForEventResult WaitForEvent(int pinNumber, PinEventTypes eventTypes, CancellationToken cancellationToken) => throw new NotImplementedException();

        protected internal override void AddCallbackForPinValueChangedEvent(int pinNumber, PinEventTypes eventTypes, PinChangeEventHandler callback) => throw new NotImplementedException();

        protected internal override void RemoveCallbackForPinValueChangedEvent(int pinNumber, PinChangeEventHandler callback) => throw new NotImplementedException();
    }

    public class LibGpiodDriver : UnixDriver
    {
        public LibGpiodDriver(int gpioChip = 0) => throw new NotImplementedException();
    }

    public sealed class LibGpiodV2Driver : UnixDriver
    {
        public LibGpiodV2Driver(int chipNumber) => throw new NotImplementedException();
    }
}
