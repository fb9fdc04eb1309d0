(** * Finite sums over a commutative semiring

    The scalars: a commutative semiring, as in spec/00-notation.ts. Addition and multiplication are
    associative and commutative, multiplication distributes, zero annihilates. No subtraction. Natural
    numbers, integers, polynomials, residues, booleans, reals are all of this kind.

    On paper: sums may be split, swapped, scaled; a sum whose terms all vanish but one is that term; a sum
    over L M channels is a sum over l of sums over m. Each lemma is an induction on the number of terms. *)

From Coq Require Import Arith Lia Ring Setoid.
From IGC Require Import Division.

Record semiring := Semiring {
  carrier :> Type;
  zero : carrier;
  one : carrier;
  add : carrier -> carrier -> carrier;
  mul : carrier -> carrier -> carrier;
  laws : semi_ring_theory zero one add mul (@eq carrier)
}.

Arguments zero {s}.
Arguments one {s}.
Arguments add {s}.
Arguments mul {s}.

Declare Scope semiring_scope.
Delimit Scope semiring_scope with A.
Bind Scope semiring_scope with carrier.
Notation "0" := zero : semiring_scope.
Notation "1" := one : semiring_scope.
Infix "+" := add : semiring_scope.
Infix "*" := mul : semiring_scope.

(** [sum n f] is f 0 + … + f (n - 1), added in this order, as `sum` of the specification does. *)
Fixpoint sum {A : semiring} (n : nat) (f : nat -> A) : A :=
  match n with
  | O => zero
  | S k => add (sum k f) (f k)
  end.

Notation "∑ i < n , t" := (sum n (fun i => t%A))
  (at level 60, i name, n at level 40, t at level 60, right associativity) : semiring_scope.

Section Sums.

Context (A : semiring).
Add Ring A_ring : (laws A).
Local Open Scope semiring_scope.
Implicit Types f g : nat -> A.

Lemma sum_ext (n : nat) f g : (forall i, (i < n)%nat -> f i = g i) -> sum n f = sum n g.
Proof.
  induction n as [|n IH]; intro same; simpl; [reflexivity|].
  rewrite IH by (intros; apply same; lia). now rewrite same by lia.
Qed.

Lemma sum_zero (n : nat) : ∑ i < n, 0 = 0 :> A.
Proof. induction n as [|n IH]; simpl; [reflexivity|]. rewrite IH. ring. Qed.

Lemma sum_vanishes (n : nat) f : (forall i, (i < n)%nat -> f i = 0) -> sum n f = 0.
Proof. intro vanish. rewrite (sum_ext n f (fun _ => 0)) by assumption. apply sum_zero. Qed.

Lemma sum_one f : sum 1 f = f 0%nat.
Proof. simpl. ring. Qed.

Lemma sum_add (n : nat) f g : ∑ i < n, (f i + g i) = sum n f + sum n g.
Proof. induction n as [|n IH]; simpl; [|rewrite IH]; ring. Qed.

Lemma sum_mul_left (n : nat) (a : A) f : a * sum n f = ∑ i < n, (a * f i).
Proof. induction n as [|n IH]; simpl; [|rewrite <- IH]; ring. Qed.

Lemma sum_mul_right (n : nat) (a : A) f : sum n f * a = ∑ i < n, (f i * a).
Proof. induction n as [|n IH]; simpl; [|rewrite <- IH]; ring. Qed.

Lemma sum_swap (n k : nat) (f : nat -> nat -> A) :
  ∑ i < n, ∑ j < k, f i j = ∑ j < k, ∑ i < n, f i j.
Proof.
  induction n as [|n IH]; simpl; [symmetry; apply sum_zero|].
  now rewrite IH, <- sum_add.
Qed.

(** All terms but the one at e vanish. *)
Lemma sum_single (n e : nat) f :
  (e < n)%nat -> (forall i, (i < n)%nat -> i <> e -> f i = 0) -> sum n f = f e.
Proof.
  induction n as [|n IH]; intros below vanish; [lia|]. simpl.
  destruct (Nat.eq_dec e n) as [->|other].
  - rewrite sum_vanishes by (intros; apply vanish; lia). ring.
  - rewrite IH by (try lia; intros; apply vanish; lia). rewrite (vanish n) by lia. ring.
Qed.

(** A sum against an indicator picks one term. *)
Lemma sum_pick (n e : nat) f :
  (e < n)%nat -> ∑ i < n, (if i =? e then f i else 0) = f e.
Proof.
  intro below. rewrite (sum_single n e) by (assumption || (intros i _ other;
    now rewrite (proj2 (Nat.eqb_neq i e) other))).
  now rewrite Nat.eqb_refl.
Qed.

Lemma sum_append (n k : nat) f : sum (n + k) f = sum n f + ∑ j < k, f (n + j)%nat.
Proof.
  induction k as [|k IH]; simpl.
  - rewrite Nat.add_0_r. ring.
  - rewrite Nat.add_succ_r. simpl. rewrite IH. ring.
Qed.

(** Channels are l M + m: sum over the partitions, then within each. *)
Lemma sum_blocks (L M : nat) f : sum (L * M) f = ∑ l < L, ∑ m < M, f (l * M + m)%nat.
Proof.
  induction L as [|L IH]; simpl; [reflexivity|].
  now rewrite Nat.add_comm, sum_append, IH.
Qed.

(** A sum over a block-diagonal row is the sum over its own block. *)
Lemma sum_own_block (L M k : nat) f :
  (k < L)%nat ->
  ∑ c < L * M, (if c / M =? k then f c else 0) = ∑ m < M, f (k * M + m)%nat.
Proof.
  intro below. rewrite sum_blocks, (sum_single L k); [|assumption|].
  - apply sum_ext. intros m m_below. now rewrite quotient, Nat.eqb_refl by assumption.
  - intros l _ other. apply sum_vanishes. intros m m_below.
    now rewrite quotient, (proj2 (Nat.eqb_neq l k) other) by assumption.
Qed.

End Sums.

(** The natural numbers, to count with. *)
Lemma nat_laws : semi_ring_theory 0 1 Nat.add Nat.mul (@eq nat).
Proof. constructor; intros; lia. Qed.
Canonical Structure counting : semiring := Semiring nat 0 1 Nat.add Nat.mul nat_laws.
